using Mox.Imap.Search;

namespace Mox.Imap.Commands;

/// <summary>
/// SEARCH (RFC 9051 section 6.4.4): with RETURN, and for IMAP4rev2 always, the answer is an ESEARCH response (RFC 4731 section 3.1).
/// </summary>
internal static class SearchCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("SEARCH", Parse, ExecuteAsync) with { KeepsSequenceNumbers = true };

    public static SearchRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        var asked = SearchReturn.TryParse(ref input);
        return new(SearchProgram.Parse(ref input), asked, uid);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, SearchRequest request, CancellationToken cancellationToken)
    {
        var asked = request.Return ?? (session.Rev2 ? SearchReturn.Everything : null);
        var program = request.Program.For(session);
        var selected = session.Selected!;
        if (asked?.Has(SearchReturnItems.Save) == true)
        {
            // What fails leaves nothing behind that could be taken for its result (RFC 5182 section 2.1).
            selected.Saved = null;
        }
        var scope = SearchScope.Of(session);
        var context = selected.Contexts.Takes(session, asked, program.Key) ? new SearchContext(session.Tag, request.Uid, program.Key) : null;
        if (context is not null)
        {
            // What it brings up to date is what the client has been told.
            scope = scope with { Latest = scope.Told };
        }
        var result = await MessageSearch.RunAsync(session, scope, program.Key, asked?.Extent ?? SearchExtent.All, cancellationToken);
        if (asked is null)
        {
            await WriteListAsync(session, result, request.Uid, cancellationToken);
        }
        else
        {
            if (asked.Has(SearchReturnItems.Save))
            {
                selected.Saved = new(selected.Told, result.ToSave(asked));
            }
            await EsearchResponse.WriteAsync(session, asked, request.Uid, result, null, cancellationToken);
        }
        if (context is not null)
        {
            selected.Contexts.Add(context);
        }
        return ImapReply.Ok("searched", result.MetGone && !request.Uid ? ResponseCodes.ExpungeIssued : null);
    }

    // One line, however long: clients that take only the first are many.
    private static async ValueTask WriteListAsync(
        ImapSession session, SearchResult result, bool uid, CancellationToken cancellationToken)
    {
        var writer = session.Writer.Raw("* SEARCH"u8);
        foreach (int position in result.Positions)
        {
            writer.Space().Number(result.NumberAt(position, uid));
            await writer.FlushIfFullAsync(cancellationToken);
        }
        if (result.TellsModSeq && result.Positions.Count > 0)
        {
            writer.Raw(" (MODSEQ "u8).Number(result.HighestModSeq(0, result.Positions.Count)).Byte((byte)')');
        }
        writer.Line();
    }

    internal sealed record SearchRequest(SearchProgram Program, SearchReturn? Return, bool Uid);
}
