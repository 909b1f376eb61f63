namespace Mox.Imap.Commands;

/// <summary>DELETE (RFC 3501 section 6.3.4).</summary>
internal static class DeleteCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("DELETE", ImapStates.LoggedIn,
        static (ref ImapScanner input) => input.SpaceMailbox(), ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, string name, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, name);
        session.News.Own(await LongWork.WaitAsync(
            session, session.Account.DeleteMailboxAsync(mailbox.Id, cancellationToken)));
        return ImapReply.Ok("deleted");
    }
}
