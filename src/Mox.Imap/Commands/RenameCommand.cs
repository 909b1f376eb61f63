namespace Mox.Imap.Commands;

/// <summary>RENAME (RFC 3501 section 6.3.5); the Inbox stays, and its messages move.</summary>
internal static class RenameCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("RENAME", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static RenameRequest Parse(ref ImapScanner input) => new(input.SpaceMailbox(), input.SpaceMailbox());

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, RenameRequest request, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, request.From);
        await session.Account.RenameMailboxAsync(mailbox.Id, MailboxNames.Parse(request.To), cancellationToken);
        return ImapReply.Ok("renamed");
    }

    internal sealed record RenameRequest(string From, string To);
}
