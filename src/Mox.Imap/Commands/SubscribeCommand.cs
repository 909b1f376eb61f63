namespace Mox.Imap.Commands;

/// <summary>SUBSCRIBE (RFC 3501 section 6.3.6). The name need not exist: it may come back.</summary>
internal static class SubscribeCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("SUBSCRIBE", ImapStates.LoggedIn,
        static (ref ImapScanner input) => input.SpaceMailbox(), ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, string name, CancellationToken cancellationToken)
    {
        session.News.Own(await session.Account.SetSubscribedAsync(MailboxNames.Parse(name), true, cancellationToken));
        return ImapReply.Ok("subscribed");
    }
}
