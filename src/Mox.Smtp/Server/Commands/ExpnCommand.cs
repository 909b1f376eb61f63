namespace Mox.Smtp.Server.Commands;

/// <summary>EXPN (RFC 5321 section 4.1.1.7): answered without telling who exists.</summary>
internal static class ExpnCommand
{
    private static readonly SmtpReply NotTold = new(252, 2, 5, 0, "not told here: send a message and see");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("EXPN", SmtpPhases.Any, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input)
    {
        input.Space();
        return default;
    }

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct) => new(NotTold);
}
