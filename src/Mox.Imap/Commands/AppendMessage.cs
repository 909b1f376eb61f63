using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>What APPEND and REPLACE say of a message before its bytes: append-opts and append-data (RFC 4466 section 6).</summary>
/// <param name="Flags">System flags.</param>
/// <param name="Keywords">Keywords.</param>
/// <param name="Date">Its INTERNALDATE; null for now.</param>
/// <param name="Utf8">It came as UTF8 (~{n} ... ), and the parenthesis is still to come.</param>
/// <param name="SizeBytes">How long the announced literal is.</param>
internal sealed record AppendMessage(MessageFlags Flags, KeywordSet Keywords, DateTimeOffset? Date, bool Utf8, long SizeBytes)
{
    /// <summary>From the space on, up to the announcement of the literal, which has not come yet.</summary>
    public static AppendMessage Parse(ref ImapScanner input)
    {
        input.Space();
        var (flags, keywords) = (MessageFlags.None, KeywordSet.Empty);
        if (input.Peek((byte)'('))
        {
            (flags, keywords) = ImapFlags.List(ref input);
            input.Space();
        }
        DateTimeOffset? date = null;
        if (input.Peek((byte)'"'))
        {
            date = input.DateTime();
            input.Space();
        }
        // UTF8 (~{n} ... ) says that headers are UTF-8 (RFC 6855 section 4).
        bool utf8 = input.TryWord("UTF8"u8);
        if (utf8)
        {
            if (!input.Utf8Enabled)
            {
                throw input.Expected("ENABLE UTF8=ACCEPT before UTF8");
            }
            input.Space();
            input.Byte((byte)'(');
            input.Byte((byte)'~');
        }
        else
        {
            // literal8: what is stored may have any byte anyway (RFC 3516 section 4.4).
            input.TryByte((byte)'~');
        }
        return new(flags, keywords, date, utf8, input.LiteralAnnouncement());
    }
}
