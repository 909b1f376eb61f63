namespace Mox.Imap.Commands;

/// <summary>CHECK (RFC 3501 section 6.4.1): everything is on stable storage already.</summary>
internal static class CheckCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("CHECK", ImapStates.Selected,
        static (_, _) => ValueTask.FromResult(ImapReply.Ok("done")));
}
