namespace Mox.Imap.Commands;

/// <summary>UNAUTHENTICATE (RFC 8437 section 3): another may log in over the same connection.</summary>
internal static class UnauthenticateCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.Create("UNAUTHENTICATE", ImapStates.LoggedIn, static (session, _) =>
        {
            session.EndLogin();
            return ValueTask.FromResult(ImapReply.Ok("nobody is logged in", "CAPABILITY " + Capabilities.List(session)));
        });
}
