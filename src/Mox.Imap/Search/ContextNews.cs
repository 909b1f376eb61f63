namespace Mox.Imap.Search;

/// <summary>What the kept results of a mailbox have to tell with one step of its news.</summary>
internal sealed class ContextNews
{
    private readonly List<(SearchContext Context, ContextUpdate Update)> _all = [];

    public void Add(SearchContext context, ContextUpdate update) => _all.Add((context, update));

    /// <summary>Before EXPUNGE: messages that leave results because they are gone.</summary>
    public void TellGone(ImapSession session)
    {
        foreach (var (context, update) in _all)
        {
            Write(session, context, "REMOVEFROM", update.Gone);
        }
    }

    /// <summary>After EXISTS and flags: messages that come into results or leave them.</summary>
    public void TellRest(ImapSession session)
    {
        foreach (var (context, update) in _all)
        {
            Write(session, context, "REMOVEFROM", update.Left);
            Write(session, context, "ADDTO", update.Came);
        }
    }

    // ADDTO (RFC 5267 section 4.3.3) and REMOVEFROM (RFC 5267 section 4.3.4).
    private static void Write(ImapSession session, SearchContext context, string what, IReadOnlyList<ContextChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }
        var writer = EsearchResponse.Begin(session, context.Tag, context.Uid).Space().Raw(what).Raw(" ("u8);
        for (int i = 0; i < changes.Count; i++)
        {
            writer.Raw(i == 0 ? ""u8 : " "u8).Number(changes[i].Position).Space().Raw(changes[i].Numbers);
        }
        writer.Byte((byte)')').Line();
    }
}
