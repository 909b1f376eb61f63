using Mox.Imap.Search;
using Mox.Imap.Sorting;
using Mox.Imap.Threading;

namespace Mox.Imap.Commands;

/// <summary>THREAD (RFC 5256 section 3).</summary>
internal static class ThreadCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("THREAD", Parse, ExecuteAsync) with { KeepsSequenceNumbers = true };

    public static ThreadRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        bool byReferences = input.TryWord("REFERENCES"u8);
        if (!byReferences && !input.TryWord("ORDEREDSUBJECT"u8))
        {
            throw input.Expected("REFERENCES or ORDEREDSUBJECT");
        }
        input.Space();
        return new(byReferences, SearchProgram.ParseWithCharset(ref input), uid);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, ThreadRequest request, CancellationToken cancellationToken)
    {
        var found = await MessageSearch.RunAsync(session, request.Program.Key, cancellationToken);
        var account = session.Account;
        var turns = session.Services.SortTurns;
        var forest = await LongWork.RunAsync(
            session,
            (_, stop) => turns.RunAsync(() => BuildAsync(account, found, request.ByReferences, stop), stop),
            cancellationToken);
        await ThreadResponse.WriteAsync(session, forest, found, request.Uid, cancellationToken);
        return ImapReply.Ok("threaded", found.MetGone && !request.Uid ? ResponseCodes.ExpungeIssued : null);
    }

    private static async Task<ThreadForest> BuildAsync(
        Store.Account account, SearchResult found, bool byReferences, CancellationToken cancellationToken)
    {
        var sorter = new MessageSorter(account, found);
        var keys = await account.Keys.ReadThreadKeysAsync(sorter.Ids(), cancellationToken);
        var order = new StableOrder(found.Positions.Count);
        order.By(sorter.WithArrivals(keys.Dates), reverse: false);
        return byReferences ? ReferenceThreads.Build(keys, order.Places, cancellationToken) : SubjectThreads.Build(keys, order.Places);
    }

    internal sealed record ThreadRequest(bool ByReferences, SearchProgram Program, bool Uid);
}
