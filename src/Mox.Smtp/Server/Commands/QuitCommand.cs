namespace Mox.Smtp.Server.Commands;

/// <summary>QUIT (RFC 5321 section 4.1.1.10).</summary>
internal static class QuitCommand
{
    private static readonly SmtpReply Bye = new(221, 2, 0, 0, "bye") { Closes = true };

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("QUIT", SmtpPhases.Any, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input)
    {
        input.End();
        return default;
    }

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct) => new(Bye);
}
