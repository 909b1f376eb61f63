using Mox.Store;

namespace Mox.Imap;

/// <summary>Entries of metadata on the wire (RFC 5464 section 5).</summary>
internal static class MetadataEntries
{
    // A request answers from at most this many names; the account has no more entries either.
    private const int MaxEntries = 1000;

    /// <summary>entries = entry / "(" entry *(SP entry) ")", each once.</summary>
    /// <param name="input">Where they are.</param>
    /// <param name="roots">Whether "/private" and "/shared" alone are allowed: only what is below them can have values.</param>
    public static List<string> Parse(ref ImapScanner input, bool roots)
    {
        var entries = new List<string>();
        if (!input.TryByte((byte)'('))
        {
            entries.Add(Entry(ref input, roots));
            return entries;
        }
        do
        {
            string entry = Entry(ref input, roots);
            if (!entries.Contains(entry))
            {
                entries.Add(entry);
            }
            if (entries.Count > MaxEntries)
            {
                throw input.Expected($"at most {MaxEntries} entries");
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return entries;
    }

    /// <summary>entry-values = "(" entry SP value *(SP entry SP value) ")"; NIL removes.</summary>
    public static List<(AnnotationEntry Entry, byte[]? Value)> ParseValues(ref ImapScanner input)
    {
        var values = new List<(AnnotationEntry, byte[]?)>();
        input.Byte((byte)'(');
        do
        {
            var entry = AnnotationEntry.Parse(Entry(ref input, roots: false));
            input.Space();
            values.Add((entry, input.TryWord("NIL"u8) ? null : input.Peek((byte)'~') ? input.Literal8() : input.StringBytes()));
            if (values.Count > MaxEntries)
            {
                throw input.Expected($"at most {MaxEntries} entries");
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return values;
    }

    /// <summary>Writes <c>* METADATA mailbox (entry value ...)</c>; a value that is null as NIL.</summary>
    public static async ValueTask WriteAsync(
        ImapSession session, string mailbox, IEnumerable<(string Entry, byte[]? Value)> values, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        bool first = true;
        foreach (var (entry, value) in values)
        {
            if (first)
            {
                Begin(writer, mailbox).Byte((byte)'(');
            }
            writer.Raw(first ? ""u8 : " "u8).Astring(entry).Space();
            first = false;
            WriteValue(writer, value);
            await writer.FlushIfFullAsync(cancellationToken);
        }
        if (!first)
        {
            writer.Byte((byte)')').Line();
        }
    }

    /// <summary>Writes <c>* METADATA mailbox entry ...</c>: these have changed (RFC 5464 section 4.4.2).</summary>
    public static void WriteChanged(ImapSession session, string mailbox, IEnumerable<AnnotationEntry> entries)
    {
        var writer = Begin(session.Writer, mailbox);
        bool first = true;
        foreach (var entry in entries)
        {
            writer.Raw(first ? ""u8 : " "u8).Astring(entry.Value);
            first = false;
        }
        writer.Line();
    }

    private static ImapWriter Begin(ImapWriter writer, string mailbox) => writer.Raw("* METADATA "u8).Mailbox(mailbox).Space();

    private static void WriteValue(ImapWriter writer, byte[]? value)
    {
        if (value is null)
        {
            writer.Raw("NIL"u8);
        }
        else if (value.AsSpan().Contains((byte)0))
        {
            // literal8 (RFC 3516 section 7): NUL stands in no other string.
            writer.Raw("~{"u8).Number(value.Length).Raw("}\r\n"u8).Raw(value);
        }
        else
        {
            writer.String(value);
        }
    }

    private static string Entry(ref ImapScanner input, bool roots)
    {
        int start = input.Position;
        string text = input.Astring();
        if (roots && (text.Equals("/private", StringComparison.OrdinalIgnoreCase) || text.Equals("/shared", StringComparison.OrdinalIgnoreCase)))
        {
            return text.ToLowerInvariant();
        }
        return AnnotationEntry.TryParse(text, out var entry, out string? problem)
            ? entry.Value : throw new ImapSyntaxException(problem, start);
    }
}
