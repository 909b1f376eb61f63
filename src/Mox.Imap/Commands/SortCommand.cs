using Mox.Imap.Search;
using Mox.Imap.Sorting;

namespace Mox.Imap.Commands;

/// <summary>SORT (RFC 5256 section 3); with RETURN the answer is an ESEARCH response (RFC 5267 section 3).</summary>
internal static class SortCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("SORT", Parse, ExecuteAsync) with { KeepsSequenceNumbers = true };

    public static SortRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        var asked = SearchReturn.TryParse(ref input);
        var criteria = SortCriterion.ParseAll(ref input);
        input.Space();
        return new(criteria, SearchProgram.ParseWithCharset(ref input), asked, uid);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, SortRequest request, CancellationToken cancellationToken)
    {
        var selected = session.Selected!;
        if (request.Return?.Has(SearchReturnItems.Save) == true)
        {
            selected.Saved = null;
        }
        var scope = SearchScope.Of(session);
        SortContext? context = null;
        if (selected.Contexts.Takes(session, request.Return, request.Program.Key))
        {
            context = new(session.Tag, request.Uid, request.Program.Key, request.Criteria);
            // What it brings up to date is what the client has been told.
            scope = scope with { Latest = scope.Told };
        }
        var found = await MessageSearch.RunAsync(session, scope, request.Program.Key, SearchExtent.All, cancellationToken);
        var account = session.Account;
        var turns = session.Services.SortTurns;
        var sorted = await LongWork.RunAsync(
            session,
            (_, stop) => turns.RunAsync(() => new MessageSorter(account, found).SortAsync(request.Criteria, stop), stop),
            cancellationToken);
        if (request.Return is not { } asked)
        {
            await WriteListAsync(session, sorted, request.Uid, cancellationToken);
        }
        else
        {
            if (asked.Has(SearchReturnItems.Save))
            {
                selected.Saved = new(selected.Told, sorted.ToSave(asked));
            }
            await EsearchResponse.WriteAsync(session, asked, request.Uid, sorted, null, cancellationToken);
        }
        if (context?.TryStart(sorted) == false)
        {
            SearchContexts.TellNoUpdate(session, session.Tag, "it is too large");
        }
        else if (context is not null)
        {
            selected.Contexts.Add(context);
        }
        return ImapReply.Ok("sorted", found.MetGone && !request.Uid ? ResponseCodes.ExpungeIssued : null);
    }

    private static async ValueTask WriteListAsync(
        ImapSession session, SearchResult sorted, bool uid, CancellationToken cancellationToken)
    {
        var writer = session.Writer.Raw("* SORT"u8);
        foreach (int position in sorted.Positions)
        {
            writer.Space().Number(sorted.NumberAt(position, uid));
            await writer.FlushIfFullAsync(cancellationToken);
        }
        if (sorted.TellsModSeq && sorted.Positions.Count > 0)
        {
            // (RFC 7162 section 3.1.6)
            writer.Raw(" (MODSEQ "u8).Number(sorted.HighestModSeq(0, sorted.Positions.Count)).Byte((byte)')');
        }
        writer.Line();
    }

    internal sealed record SortRequest(List<SortCriterion> Criteria, SearchProgram Program, SearchReturn? Return, bool Uid);
}
