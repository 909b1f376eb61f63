using System.Globalization;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>CLOSE (RFC 3501 section 6.4.2): what is \Deleted goes without a word.</summary>
internal static class CloseCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("CLOSE", ImapStates.Selected, ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var selected = session.Selected!;
        string? code = null;
        if (!selected.IsReadOnly && !selected.IsGone)
        {
            var expunged = await LongWork.WaitAsync(session, session.Account.ExpungeAsync(selected.Id, null, cancellationToken));
            if (session.QResync && expunged.Uids.Count > 0 && IsAllNews(selected, expunged.ModSeq))
            {
                code = string.Create(CultureInfo.InvariantCulture, $"HIGHESTMODSEQ {expunged.ModSeq.Value}");
            }
        }
        session.Unselect();
        return ImapReply.Ok("closed", code);
    }

    // HIGHESTMODSEQ says that the client knows all changes up to it (RFC 7162 section 3.2.8): of those by others it was not told here.
    private static bool IsAllNews(SelectedMailbox selected, ModSeq own)
    {
        var (told, current) = (selected.Told, selected.Current);
        var diff = SnapshotDiff.Between(told, current);
        return current.HighestModSeq == own && diff is { Changed.Count: 0, AddedCount: 0 }
            && diff.Removed.All(index => (told[index].Flags & MessageFlags.Deleted) != 0);
    }
}
