using Mox.Imap.Commands;
using Mox.Store;

namespace Mox.Imap;

/// <summary>Tells a client of messages that are new in its mailbox: their flags, or what NOTIFY asked for (RFC 5465 section 5.2).</summary>
internal static class NewMessages
{
    // Rows are read for so many at once; nothing of the store is held while their responses are written.
    private const int BatchSize = 100;

    /// <summary>Writes FETCH responses for all from a position on.</summary>
    public static async ValueTask TellAsync(ImapSession session, MailboxSnapshot current, int first, FetchAttributes? items)
    {
        var fetch = items is null ? null : new FetchResponse(session, items);
        for (int start = first; start < current.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, current.Count - start);
            var rows = fetch?.Columns is { } columns
                ? session.Account.ReadRows([.. Enumerable.Range(start, count).Select(i => current[i].MessageId)], columns) : null;
            for (int i = 0; i < count; i++)
            {
                var entry = current[start + i];
                if (fetch is null)
                {
                    SelectedMailbox.WriteFlags(session, start + i, entry);
                }
                else if (rows is null || rows[i] is not null)
                {
                    // No message becomes \Seen by this: the client has not asked for it yet.
                    await fetch.WriteAsync(new(start + i, entry, rows?[i]), session.Closed);
                }
                await session.Writer.FlushIfFullAsync(session.Closed);
            }
        }
    }
}
