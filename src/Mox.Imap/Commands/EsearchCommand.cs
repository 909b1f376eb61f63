using Mox.Imap.Search;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>ESEARCH: a search in many mailboxes, with one response for each that has a match (RFC 7377 section 2).</summary>
internal static class EsearchCommand
{
    private const int MaxFilters = 100;

    public static ImapCommand Definition { get; } = ImapCommand.Create("ESEARCH", ImapStates.LoggedIn, Parse, ExecuteAsync) with
    {
        KeepsSequenceNumbers = true,
    };

    public static EsearchRequest Parse(ref ImapScanner input)
    {
        input.Space();
        IReadOnlyList<MailboxFilter> filters = [];
        if (input.TryWord("IN"u8))
        {
            input.Space();
            filters = Filters(ref input);
            input.Space();
        }
        var asked = SearchReturn.TryParse(ref input) ?? SearchReturn.Everything;
        if (asked.Has(SearchReturnItems.Update | SearchReturnItems.Context | SearchReturnItems.Partial))
        {
            throw new ImapSyntaxException("that option is for one mailbox", input.Position);
        }
        return new(filters, asked, SearchProgram.Parse(ref input));
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, EsearchRequest request, CancellationToken cancellationToken)
    {
        var key = request.Program.For(session).Key;
        var selected = session.Selected?.Id;
        var mailboxes = Resolve(session, request.Filters);
        bool onlySelected = mailboxes.Count == 1 && mailboxes[0].Id == selected;
        var needs = SearchNeeds.Of(key);
        if (!onlySelected && (needs.Selected || request.Return.Has(SearchReturnItems.Save)))
        {
            // Sequence numbers, and what is saved, are of the selected mailbox (RFC 7377 section 2.2).
            throw new ImapSyntaxException("sequence numbers and SAVE are for the selected mailbox alone");
        }
        if (needs.ModSeq)
        {
            session.Enabled.EnableCondStore();
        }
        if (request.Return.Has(SearchReturnItems.Save))
        {
            session.Selected!.Saved = null;
        }
        var work = new LongWork(session);
        work.Progress.Expect(mailboxes.Sum(m => m.Counts.Messages));
        foreach (var mailbox in mailboxes)
        {
            if (mailbox.Id == selected)
            {
                await SearchAsync(session, request, SearchScope.Of(session), mailbox, work, cancellationToken);
                continue;
            }
            using var view = await TryOpenAsync(session, mailbox, cancellationToken);
            if (view is not null)
            {
                await SearchAsync(session, request, SearchScope.Of(view, session.Services.Time), mailbox, work, cancellationToken);
            }
        }
        return ImapReply.Ok("searched");
    }

    private static async ValueTask SearchAsync(
        ImapSession session, EsearchRequest request, SearchScope scope, Mailbox mailbox, LongWork work, CancellationToken cancellationToken)
    {
        var search = new MessageSearch(session.Account, scope, request.Program.Key);
        var result = await work.RunAsync((progress, ct) => search.RunAsync(request.Return.Extent, progress, ct), cancellationToken);
        if (request.Return.Has(SearchReturnItems.Save))
        {
            session.Selected!.Saved = new(scope.Told, result.ToSave(request.Return));
        }
        if (result.Positions.Count > 0)
        {
            // Nothing is said of a mailbox without a match; all numbers are UIDs (RFC 7377 section 2.1).
            await EsearchResponse.WriteAsync(session, request.Return, uid: true, result, mailbox, cancellationToken);
        }
    }

    private static async ValueTask<MailboxView?> TryOpenAsync(ImapSession session, Mailbox mailbox, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Account.OpenViewAsync(mailbox.Id, cancellationToken);
        }
        catch (MailboxNotFoundException)
        {
            // Deleted since: like one that was never there.
            return null;
        }
    }

    // Each once; without IN the selected one.
    private static List<Mailbox> Resolve(ImapSession session, IReadOnlyList<MailboxFilter> filters)
    {
        if (filters.Any(f => f.Kind == MailboxFilterKind.SelectedDelayed))
        {
            throw new ImapSyntaxException("selected-delayed is for NOTIFY");
        }
        if (session.Selected is null && (filters.Count == 0 || filters.Any(f => f.Kind == MailboxFilterKind.Selected)))
        {
            throw new ImapSyntaxException("no mailbox is selected");
        }
        return [.. session.Account.Mailboxes.All.Where(m => filters.Count == 0
            ? m.Id == session.Selected!.Id : filters.Any(f => f.Covers(session, m)))];
    }

    // "(" source-mbox [SP "(" scope-options ")"] ")"; there are no scope-options yet.
    private static List<MailboxFilter> Filters(ref ImapScanner input)
    {
        input.Byte((byte)'(');
        var filters = new List<MailboxFilter>();
        do
        {
            if (filters.Count > 0 && input.TryByte((byte)'('))
            {
                input.Byte((byte)')');
                break;
            }
            filters.Add(MailboxFilter.Parse(ref input));
            if (filters.Count > MaxFilters)
            {
                throw input.Expected($"at most {MaxFilters} kinds of mailboxes");
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return filters;
    }

    internal sealed record EsearchRequest(IReadOnlyList<MailboxFilter> Filters, SearchReturn Return, SearchProgram Program);
}
