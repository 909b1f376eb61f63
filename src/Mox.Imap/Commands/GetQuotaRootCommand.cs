namespace Mox.Imap.Commands;

/// <summary>GETQUOTAROOT (RFC 9208 section 4.1.2).</summary>
internal static class GetQuotaRootCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("GETQUOTAROOT", ImapStates.LoggedIn,
        static (ref ImapScanner input) => input.SpaceMailbox(), static (session, name, _) =>
        {
            var mailbox = MailboxNames.Find(session, name);
            bool limited = QuotaResponse.HasRoot(session.Account);
            session.Writer.Raw("* QUOTAROOT "u8).Mailbox(mailbox.Name.Value).Raw(limited ? " \"\""u8 : ""u8).Line();
            if (limited)
            {
                QuotaResponse.Write(session);
            }
            return ValueTask.FromResult(ImapReply.Ok("done"));
        });
}
