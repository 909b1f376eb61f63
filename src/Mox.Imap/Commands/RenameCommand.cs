using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>RENAME (RFC 3501 section 6.3.5); the Inbox stays, and its messages move.</summary>
internal static class RenameCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("RENAME", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static RenameRequest Parse(ref ImapScanner input) => new(input.SpaceMailbox(), input.SpaceMailbox());

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, RenameRequest request, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, request.From);
        var below = session.Account.Mailboxes.Under(mailbox.Name);
        session.News.Own(await LongWork.WaitAsync(
            session, session.Account.RenameMailboxAsync(mailbox.Id, MailboxNames.Parse(request.To), cancellationToken)));
        if (session.Rev2 && mailbox.Name != MailboxName.Inbox)
        {
            // The new names, and what they were (RFC 9051 section 6.3.6).
            var mailboxes = session.Account.Mailboxes;
            foreach (var old in below.Prepend(mailbox))
            {
                if (mailboxes.TryFind(old.Id, out var now) && now.Name != old.Name)
                {
                    ListResponse.Tell(session, mailboxes, now.Name, old.Name.Value);
                    await session.Writer.FlushIfFullAsync(cancellationToken);
                }
            }
        }
        return ImapReply.Ok("renamed");
    }

    internal sealed record RenameRequest(string From, string To);
}
