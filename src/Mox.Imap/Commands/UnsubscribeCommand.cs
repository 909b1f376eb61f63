namespace Mox.Imap.Commands;

/// <summary>UNSUBSCRIBE (RFC 3501 section 6.3.7). Not to have been subscribed is no error.</summary>
internal static class UnsubscribeCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("UNSUBSCRIBE", ImapStates.LoggedIn,
        static (ref ImapScanner input) => input.SpaceMailbox(), ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, string name, CancellationToken cancellationToken)
    {
        session.News.Own(await session.Account.SetSubscribedAsync(MailboxNames.Parse(name), false, cancellationToken));
        return ImapReply.Ok("unsubscribed");
    }
}
