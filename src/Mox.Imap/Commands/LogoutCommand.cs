namespace Mox.Imap.Commands;

/// <summary>LOGOUT (RFC 3501 section 6.1.3).</summary>
internal static class LogoutCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("LOGOUT", ImapStates.Any, static (session, _) =>
    {
        session.Unselect();
        session.Writer.Raw("* BYE see you"u8).Line();
        session.EndAfterReply(ImapEndReason.Logout);
        return ValueTask.FromResult(ImapReply.Ok("done"));
    });
}
