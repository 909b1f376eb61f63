namespace Mox.Imap.Commands;

/// <summary>MOVE (RFC 6851 section 3.1).</summary>
internal static class MoveCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.CreateWithUid("MOVE", CopyCommand.Parse, ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(
        ImapSession session, CopyCommand.CopyRequest request, CancellationToken cancellationToken)
    {
        var selected = session.Selected!.Writable();
        var (uids, destination) = CopyCommand.Resolve(session, request);
        if (uids.Count == 0)
        {
            return CopyCommand.Nothing(request);
        }
        var result = await LongWork.WaitAsync(
            session, session.Account.MoveAsync(selected.Id, uids, destination.Id, cancellationToken));
        if (result.Source.Count == 0)
        {
            return CopyCommand.Nothing(request);
        }
        session.News.Own(result.ModSeq);
        // Before the EXPUNGE responses, which come with the other news (RFC 6851 section 4.3).
        session.Writer.Raw("* OK ["u8).Raw(CopyCommand.CopyUid(result)).Raw("] moved"u8).Line();
        return ImapReply.Ok("moved") with { Expunged = true };
    }
}
