namespace Mox.Imap.Commands;

/// <summary>EXAMINE (RFC 3501 section 6.3.2): SELECT, but nothing can be changed.</summary>
internal static class ExamineCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("EXAMINE", ImapStates.LoggedIn, SelectCommand.Parse,
        static (session, request, ct) => SelectCommand.ExecuteAsync(session, request, isReadOnly: true, ct));
}
