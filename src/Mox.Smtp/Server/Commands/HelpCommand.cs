namespace Mox.Smtp.Server.Commands;

/// <summary>HELP (RFC 5321 section 4.1.1.8).</summary>
internal static class HelpCommand
{
    public static SmtpCommand Definition { get; } = SmtpCommand.Create("HELP", SmtpPhases.Any, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input) => default;

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct) =>
        new(new SmtpReply(214, 2, 0, 0,
        "this is a mail server; its language is RFC 5321, see https://www.rfc-editor.org/rfc/rfc5321\n"
        + "commands: " + string.Join(' ', SmtpCommands.All.Where(c => c != AuthCommand.Definition || session.Options.Kind == SmtpServiceKind.Submit).Select(c => c.Name))));
}
