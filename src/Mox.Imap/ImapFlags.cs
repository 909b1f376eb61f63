using System.Text;
using Mox.Store;

namespace Mox.Imap;

/// <summary>Flags and keywords on the wire (RFC 3501 section 2.3.2); the store has bits for those of the RFC and for well-known keywords.</summary>
internal static class ImapFlags
{
    private static readonly (string Name, byte[] Wire, MessageFlags Flag)[] Names =
    [
        Of("\\Seen", MessageFlags.Seen), Of("\\Answered", MessageFlags.Answered), Of("\\Flagged", MessageFlags.Flagged),
        Of("\\Deleted", MessageFlags.Deleted), Of("\\Draft", MessageFlags.Draft), Of("$Forwarded", MessageFlags.Forwarded),
        Of("$Junk", MessageFlags.Junk), Of("$NotJunk", MessageFlags.NotJunk), Of("$Phishing", MessageFlags.Phishing),
        Of("$MDNSent", MessageFlags.MdnSent),
    ];

    /// <summary>One flag, as in STORE, APPEND and KEYWORD: a bit, or a keyword in lower case.</summary>
    public static (MessageFlags Flag, string? Keyword) Flag(ref ImapScanner input)
    {
        int start = input.Position;
        bool system = input.TryByte((byte)'\\');
        string name = (system ? "\\" : "") + Encoding.ASCII.GetString(input.Atom());
        foreach (var known in Names)
        {
            if (known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return (known.Flag, null);
            }
        }
        if (system)
        {
            // \Recent is the server's to set (RFC 3501 section 2.3.2), and there are no other system flags.
            throw new ImapSyntaxException("no such system flag: " + name, start);
        }
        return KeywordSet.IsValid(name)
            ? (MessageFlags.None, name.ToLowerInvariant()) : throw new ImapSyntaxException("not a keyword", start);
    }

    /// <summary>flag-list = "(" [flag *(SP flag)] ")".</summary>
    public static (MessageFlags Flags, KeywordSet Keywords) List(ref ImapScanner input)
    {
        input.Byte((byte)'(');
        if (input.TryByte((byte)')'))
        {
            return (MessageFlags.None, KeywordSet.Empty);
        }
        var flags = Bare(ref input);
        input.Byte((byte)')');
        return flags;
    }

    /// <summary>flag *(SP flag), which STORE allows too.</summary>
    public static (MessageFlags Flags, KeywordSet Keywords) Bare(ref ImapScanner input)
    {
        var flags = MessageFlags.None;
        var keywords = new List<string>();
        do
        {
            var (flag, keyword) = Flag(ref input);
            flags |= flag;
            if (keyword is not null)
            {
                keywords.Add(keyword);
            }
            if (keywords.Count > KeywordSet.MaxCount)
            {
                throw new ImapSyntaxException($"more than {KeywordSet.MaxCount} keywords", input.Position);
            }
        }
        while (input.TrySpace());
        return (flags, keywords.Count == 0 ? KeywordSet.Empty : KeywordSet.Of(keywords));
    }

    /// <summary>Writes <c>(\Seen $Forwarded other)</c>.</summary>
    public static void Write(ImapWriter writer, MessageFlags flags, KeywordSet keywords)
    {
        writer.Byte((byte)'(');
        bool first = true;
        if (flags != MessageFlags.None)
        {
            foreach (var (_, wire, flag) in Names)
            {
                if ((flags & flag) != 0)
                {
                    Separate(writer, ref first).Raw(wire);
                }
            }
        }
        for (int i = 0; i < keywords.Count; i++)
        {
            Separate(writer, ref first).Raw(keywords[i]);
        }
        writer.Byte((byte)')');
    }

    /// <summary>Writes all flags that there are, and these keywords; <c>\*</c> when new keywords can be made.</summary>
    public static void WriteAll(ImapWriter writer, KeywordSet keywords, bool star)
    {
        writer.Byte((byte)'(');
        bool first = true;
        foreach (var (_, wire, _) in Names)
        {
            Separate(writer, ref first).Raw(wire);
        }
        foreach (string keyword in keywords)
        {
            Separate(writer, ref first).Raw(keyword);
        }
        writer.Raw(star ? " \\*)"u8 : ")"u8);
    }

    private static ImapWriter Separate(ImapWriter writer, ref bool first)
    {
        if (!first)
        {
            writer.Space();
        }
        first = false;
        return writer;
    }

    private static (string, byte[], MessageFlags) Of(string name, MessageFlags flag) => (name, Encoding.ASCII.GetBytes(name), flag);
}
