using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>The results of one selected mailbox whose changes the client is told of (UPDATE, RFC 5267 section 4.3).</summary>
internal sealed class SearchContexts
{
    // Each is looked at whenever the mailbox changes.
    private const int MaxCount = 16;

    private readonly List<SearchContext> _all = [];

    /// <summary>
    /// Whether the result of the command that runs is to be kept up to date (UPDATE); if it cannot be, the client is told (NOUPDATE). CONTEXT
    /// alone is a hint.
    /// </summary>
    public bool Takes(ImapSession session, SearchReturn? asked, SearchKey key)
    {
        if (asked?.Has(SearchReturnItems.Update) != true)
        {
            return false;
        }
        bool canKeep = SearchContext.CanKeep(key);
        if (canKeep && (_all.Count < MaxCount || _all.Exists(c => c.Tag == session.Tag)))
        {
            return true;
        }
        TellNoUpdate(session, session.Tag, canKeep ? "there are too many already" : "the criteria change by themselves");
        return false;
    }

    /// <summary>A new one of the same tag takes the place of the old.</summary>
    public void Add(SearchContext context)
    {
        Remove(context.Tag);
        _all.Add(context);
    }

    /// <summary>CANCELUPDATE; a tag that has no context is no error: the server may have ended it.</summary>
    public void Remove(string tag) => _all.RemoveAll(c => c.Tag == tag);

    /// <summary>
    /// Finds out what is to be told with the step from one snapshot to the next, before any of it is written: what cannot be found out
    /// ends its context (NOUPDATE), and nothing else.
    /// </summary>
    public async ValueTask<ContextNews> UpdateAsync(
        ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff)
    {
        var news = new ContextNews();
        for (int i = 0; i < _all.Count; i++)
        {
            if (await TryUpdateAsync(_all[i], session, told, current, diff) is { } update)
            {
                news.Add(_all[i], update);
                continue;
            }
            TellNoUpdate(session, _all[i].Tag, "it cannot be brought up to date");
            _all.RemoveAt(i--);
        }
        return news;
    }

    /// <summary>NOUPDATE: this result is not kept up to date, or not any more (RFC 5267 section 4.3.1).</summary>
    public static void TellNoUpdate(ImapSession session, string tag, string why) =>
        session.Writer.Raw("* OK [NOUPDATE \""u8).Raw(tag).Raw("\"] "u8).Raw(why).Line();

    private static async ValueTask<ContextUpdate?> TryUpdateAsync(
        SearchContext context, ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff)
    {
        try
        {
            return await context.UpdateAsync(session, told, current, diff);
        }
        catch (Exception exception) when (exception is StoreException or InvalidDataException)
        {
            // A message that cannot be read now: the news of the mailbox are told all the same.
            return null;
        }
    }
}
