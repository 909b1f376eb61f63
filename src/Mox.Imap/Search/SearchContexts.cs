using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>The results of one selected mailbox whose changes the client is told of (UPDATE, RFC 5267 section 4.3).</summary>
internal sealed class SearchContexts
{
    // Each is looked at whenever the mailbox changes.
    private const int MaxCount = 16;

    private readonly List<SearchContext> _all = [];

    /// <summary>Whether there is room for another; a new one of the same tag takes the place of the old.</summary>
    public bool HasRoomFor(string tag) => _all.Count < MaxCount || _all.Exists(c => c.Tag == tag);

    public void Add(SearchContext context)
    {
        Remove(context.Tag);
        _all.Add(context);
    }

    /// <summary>CANCELUPDATE; a tag that has no context is no error: the server may have ended it.</summary>
    public void Remove(string tag) => _all.RemoveAll(c => c.Tag == tag);

    /// <summary>Before EXPUNGE: messages that leave results because they are gone; numbers are still those of before.</summary>
    public ValueTask TellGoneAsync(ImapSession session, MailboxSnapshot told, IReadOnlyList<int> removed) =>
        removed.Count == 0 ? ValueTask.CompletedTask : TellAsync(session, context => context.TellGoneAsync(session, told, removed));

    /// <summary>After EXISTS and flags: messages that come into results or leave them; numbers are those of now.</summary>
    public ValueTask TellNewsAsync(ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff) =>
        diff.Changed.Count == 0 && diff.AddedCount == 0
            ? ValueTask.CompletedTask : TellAsync(session, context => context.TellNewsAsync(session, told, current, diff));

    /// <summary>NOUPDATE: this result is not kept up to date, or not any more (RFC 5267 section 4.3.1).</summary>
    public static void TellNoUpdate(ImapSession session, string tag, string why) =>
        session.Writer.Raw("* OK [NOUPDATE \""u8).Raw(tag).Raw("\"] "u8).Raw(why).Line();

    private async ValueTask TellAsync(ImapSession session, Func<SearchContext, ValueTask<bool>> tell)
    {
        for (int i = 0; i < _all.Count; i++)
        {
            if (!await tell(_all[i]))
            {
                TellNoUpdate(session, _all[i].Tag, "too much has changed");
                _all.RemoveAt(i--);
            }
        }
    }
}
