namespace Mox.Smtp.Server.Commands;

/// <summary>AUTH (RFC 4954) is not for mail from outside; it is refused with directions.</summary>
internal static class AuthCommand
{
    private static readonly SmtpReply Refused =
        new(502, 5, 5, 1, "no authentication here: this port takes mail from other servers; submit your mail on port 465 or 587");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("AUTH", SmtpPhases.Any, Parse, ExecuteAsync);

    // What follows may be a password: it is not looked at.
    public static None Parse(ref SmtpScanner input) => default;

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct) => new(Refused);
}
