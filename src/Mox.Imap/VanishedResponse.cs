using Mox.Store;

namespace Mox.Imap;

/// <summary>VANISHED: expunged messages by their UIDs (RFC 7162 section 3.2.10), for clients that enabled QRESYNC or UIDONLY.</summary>
internal static class VanishedResponse
{
    // A client reads it as a line: none is longer than about this.
    private const int MaxLineBytes = 4000;

    // Two numbers, a colon and a comma.
    private const int MaxRangeBytes = 22;

    /// <summary>
    /// Writes as many lines as it takes, none for nothing. With <paramref name="earlier"/> the messages had left before the mailbox was
    /// selected, or were known to be gone: the client's count of messages stays.
    /// </summary>
    public static async ValueTask WriteAsync(ImapSession session, IEnumerable<(uint First, uint Last)> ranges, bool earlier)
    {
        var writer = session.Writer;
        int length = 0;
        foreach (var (first, last) in ranges)
        {
            if (length + MaxRangeBytes > MaxLineBytes)
            {
                writer.Line();
                length = 0;
                await writer.FlushIfFullAsync(session.Closed);
            }
            if (length == 0)
            {
                writer.Raw(earlier ? "* VANISHED (EARLIER) "u8 : "* VANISHED "u8).Number(first);
            }
            else
            {
                writer.Byte((byte)',').Number(first);
            }
            if (last != first)
            {
                writer.Byte((byte)':').Number(last);
            }
            length += MaxRangeBytes;
        }
        if (length > 0)
        {
            writer.Line();
        }
    }

    /// <summary>
    /// UIDs among <paramref name="known"/> that are not in what the client was told of a mailbox: those in <paramref name="left"/>, or
    /// all, where the store no longer knows when they left (RFC 7162 section 3.2.5.1).
    /// </summary>
    public static IEnumerable<(uint First, uint Last)> Since(
        MailboxSnapshot told, IReadOnlyList<Uid>? left, IReadOnlyList<(uint First, uint Last)> known) =>
        // What left after the client was told is told later, as news.
        NumberRanges.Intersect(
            left is null ? Missing(told) : NumberRanges.Of(left.Where(uid => uid < told.UidNext && told.IndexOf(uid) < 0)), known);

    /// <summary>All UIDs that were given to messages that are not there.</summary>
    public static IEnumerable<(uint First, uint Last)> Missing(MailboxSnapshot told) =>
        told.Gaps().Select(gap => (gap.First.Value, gap.Last.Value));
}
