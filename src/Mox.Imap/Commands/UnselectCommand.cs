namespace Mox.Imap.Commands;

/// <summary>UNSELECT (RFC 3691 section 2): CLOSE without expunging.</summary>
internal static class UnselectCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("UNSELECT", ImapStates.Selected, static (session, _) =>
    {
        session.Unselect();
        return ValueTask.FromResult(ImapReply.Ok("closed, nothing was expunged"));
    });
}
