namespace Mox.Smtp.Server.Commands;

/// <summary>NOOP (RFC 5321 section 4.1.1.9), with any words behind it.</summary>
internal static class NoopCommand
{
    private static readonly SmtpReply Done = new(250, 2, 0, 0, "ok");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("NOOP", SmtpPhases.Any, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input) => default;

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct) => new(Done);
}
