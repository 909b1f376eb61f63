namespace Mox.Smtp.Server.Commands;

/// <summary>VRFY (RFC 5321 section 4.1.1.6): answered without telling who exists.</summary>
internal static class VrfyCommand
{
    private static readonly SmtpReply NotTold = new(252, 2, 5, 0, "not told here: send a message and see");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("VRFY", SmtpPhases.Any, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input)
    {
        input.Space();
        return default;
    }

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct) => new(NotTold);
}
