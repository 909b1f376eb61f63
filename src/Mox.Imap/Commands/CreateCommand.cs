using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>CREATE (RFC 3501 section 6.3.3), with USE for a role (RFC 6154 section 3).</summary>
internal static class CreateCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("CREATE", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static CreateRequest Parse(ref ImapScanner input)
    {
        string mailbox = input.SpaceMailbox();
        var use = SpecialUse.None;
        bool known = true, isFirst = true;
        if (input.TrySpace())
        {
            input.Byte((byte)'(');
            if (!input.TryWord("USE"u8))
            {
                throw input.Expected("USE");
            }
            input.Space();
            input.Byte((byte)'(');
            while (!input.TryByte((byte)')'))
            {
                if (!isFirst)
                {
                    input.Space();
                }
                isFirst = false;
                input.Byte((byte)'\\');
                var role = SpecialUses.Of(input.Word());
                known &= role is not null;
                use |= role ?? SpecialUse.None;
            }
            input.Byte((byte)')');
        }
        return new(mailbox, use, known);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CreateRequest request, CancellationToken cancellationToken)
    {
        if (!request.AllUsesKnown)
        {
            throw new ImapNoException(ResponseCodes.UseAttr, "there is no such role");
        }
        // A separator at the end says that names below it are to follow: here that needs no saying.
        string name = request.Mailbox.EndsWith('/') ? request.Mailbox[..^1] : request.Mailbox;
        var mailbox = await session.Account.CreateMailboxAsync(MailboxNames.Parse(name), request.Use, cancellationToken);
        session.News.Own(mailbox.CreateModSeq);
        if (session.Rev2 && mailbox.Name.Value != request.Mailbox)
        {
            // Not by the name that the client gave (RFC 9051 section 6.3.4).
            ListResponse.Tell(session, session.Account.Mailboxes, mailbox.Name, request.Mailbox);
        }
        // OBJECTID (RFC 8474 section 4.1)
        return ImapReply.Ok("created", $"MAILBOXID ({ObjectIds.Of(mailbox.Id)})");
    }

    internal sealed record CreateRequest(string Mailbox, SpecialUse Use, bool AllUsesKnown);
}
