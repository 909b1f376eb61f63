namespace Mox.Imap.Commands;

/// <summary>EXPUNGE (RFC 3501 section 6.4.3) and UID EXPUNGE (RFC 4315 section 2.1).</summary>
internal static class ExpungeCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("EXPUNGE", Parse, ExecuteAsync) with { UsesSequenceNumbers = false };

    public static ExpungeRequest Parse(ref ImapScanner input, bool uid)
    {
        if (!uid)
        {
            return new(null);
        }
        input.Space();
        return new(input.SequenceSet());
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, ExpungeRequest request, CancellationToken cancellationToken)
    {
        var selected = session.Selected!.Writable();
        var only = request.Uids is null ? null : selected.Uids(request.Uids, uid: true);
        bool any = only is not { Count: 0 } && (await LongWork.WaitAsync(
            session, session.Account.ExpungeAsync(selected.Id, only, cancellationToken))).Uids.Count > 0;
        // The EXPUNGE responses come with all other news, before the tagged reply.
        return ImapReply.Ok("expunged") with { Expunged = any };
    }

    internal sealed record ExpungeRequest(SequenceSet? Uids);
}
