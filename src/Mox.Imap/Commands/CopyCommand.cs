using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>COPY (RFC 3501 section 6.4.7) with COPYUID (RFC 4315 section 3).</summary>
internal static class CopyCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.CreateWithUid("COPY", Parse, ExecuteAsync);

    /// <summary>Also for MOVE.</summary>
    public static CopyRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        return new(input.SequenceSet(), uid, input.SpaceMailbox());
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CopyRequest request, CancellationToken cancellationToken)
    {
        var (uids, destination) = Resolve(session, request);
        if (uids.Count == 0)
        {
            return Nothing(request);
        }
        var result = await LongWork.WaitAsync(
            session, session.Account.CopyAsync(session.Selected!.Id, uids, destination.Id, cancellationToken));
        if (result.Source.Count == 0)
        {
            return Nothing(request);
        }
        session.News.Own(result.ModSeq);
        return ImapReply.Ok("copied", CopyUid(result));
    }

    /// <summary>The messages and the mailbox that a request names.</summary>
    public static (List<Uid> Uids, Mailbox Destination) Resolve(ImapSession session, CopyRequest request)
    {
        var selected = session.Selected!;
        var uids = selected.Uids(request.Set, request.Uid);
        var destination = MailboxNames.Find(session, request.Mailbox, ResponseCodes.TryCreate);
        return destination.Id == selected.Id
            ? throw new ImapNoException(ResponseCodes.Cannot, "that is the mailbox they are in") : (uids, destination);
    }

    /// <summary>
    /// UIDs that are not there are ignored (RFC 3501 section 6.4.8), and <c>$</c> may be empty (RFC 5182 section 2.1); sequence numbers name
    /// messages, so those are gone.
    /// </summary>
    public static ImapReply Nothing(CopyRequest request) => request.Uid || request.Set.IsSaved
        ? ImapReply.Ok("there were none") : ImapReply.No("the messages are gone", ResponseCodes.ExpungeIssued);

    public static string CopyUid(CopyResult result) =>
        $"COPYUID {result.UidValidity} {Set(result.Source)} {Set(result.Destination)}";

    private static string Set(IReadOnlyList<Uid> uids) => SequenceSet.Format(uids.Select(u => u.Value));

    internal sealed record CopyRequest(SequenceSet Set, bool Uid, string Mailbox);
}
