namespace Mox.Imap.Commands;

/// <summary>NOOP (RFC 3501 section 6.1.2): what others did is told before every tagged reply, so there is nothing to do.</summary>
internal static class NoopCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("NOOP", ImapStates.Any,
        static (_, _) => ValueTask.FromResult(ImapReply.Ok("done")));
}
