namespace Mox.Imap.Commands;

/// <summary>CLOSE (RFC 3501 section 6.4.2): what is \Deleted goes without a word.</summary>
internal static class CloseCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("CLOSE", ImapStates.Selected, ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var selected = session.Selected!;
        if (!selected.IsReadOnly && !selected.IsGone)
        {
            await session.Account.ExpungeAsync(selected.Id, null, cancellationToken);
        }
        session.Unselect();
        return ImapReply.Ok("closed");
    }
}
