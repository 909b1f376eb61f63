namespace Mox.Imap.Commands;

/// <summary>CAPABILITY (RFC 3501 section 6.1.1).</summary>
internal static class CapabilityCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("CAPABILITY", ImapStates.Any, static (session, _) =>
    {
        session.Writer.Raw("* CAPABILITY "u8).Raw(Capabilities.List(session)).Line();
        return ValueTask.FromResult(ImapReply.Ok("done"));
    });
}
