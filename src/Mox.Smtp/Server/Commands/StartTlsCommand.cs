namespace Mox.Smtp.Server.Commands;

/// <summary>STARTTLS (RFC 3207): the session begins anew over TLS.</summary>
internal static class StartTlsCommand
{
    private static readonly SmtpReply Ready = new(220, 2, 0, 0, "ready for TLS");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("STARTTLS",
        SmtpPhases.Greeted | SmtpPhases.Mail | SmtpPhases.Recipients, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input)
    {
        input.End();
        return default;
    }

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct)
    {
        if (session.Tls is not null)
        {
            return new(new SmtpReply(503, 5, 5, 1, "TLS is already active"));
        }
        if (!session.CanStartTls)
        {
            return new(new SmtpReply(502, 5, 5, 1, "STARTTLS is not available"));
        }
        if (session.HasBufferedInput)
        {
            // Whatever came in clear text behind STARTTLS must never be taken for words of the protected session (RFC 3207 section 4.2).
            return new(new SmtpReply(501, 5, 5, 1, "nothing may follow STARTTLS before the handshake") { Closes = true });
        }
        session.UpgradeAfterReply = true;
        return new(Ready);
    }
}
