namespace Mox.Smtp.Server.Commands;

/// <summary>HELO (RFC 5321 section 4.1.1.1): starts a session without extensions.</summary>
internal static class HeloCommand
{
    public static SmtpCommand Definition { get; } = SmtpCommand.Create("HELO", SmtpPhases.Any, Parse, ExecuteAsync);

    public static SmtpHost Parse(ref SmtpScanner input)
    {
        if (input.IsForgiving)
        {
            return input.AnyHelloHost();
        }
        input.Space();
        var host = input.HelloHost();
        input.End();
        return host;
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, SmtpHost hello, CancellationToken ct)
    {
        await session.GreetAsync(hello, isExtended: false);
        return new SmtpReply(250, null, session.Options.Hostname);
    }
}
