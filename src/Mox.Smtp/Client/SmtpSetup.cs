namespace Mox.Smtp.Client;

/// <summary>Brings a new connection to where mail can be sent: greeting, EHLO, TLS, EHLO again, AUTH.</summary>
internal static class SmtpSetup
{
    private static readonly EnhancedStatus NoSecurity = new(4, 7, 4);

    /// <exception cref="SmtpFailureException">It did not come so far.</exception>
    public static async ValueTask<SmtpExtensions> RunAsync(SmtpWire wire, SmtpClientOptions options)
    {
        if (options.Tls == SmtpTlsMode.Implicit)
        {
            await wire.UpgradeAsync();
        }
        var greeting = await wire.ReadReplyAsync(SmtpStage.Greeting, "greeting");
        if (!greeting.IsOk)
        {
            throw wire.Refused(greeting, SmtpStage.Greeting);
        }
        await wire.RefuseUnaskedAsync(SmtpStage.Greeting);
        var extensions = await HelloAsync(wire, options, mayFallBack: true);
        if (options.Tls is SmtpTlsMode.Opportunistic or SmtpTlsMode.Required)
        {
            extensions = await StartTlsAsync(wire, options, extensions);
        }
        if (options.Credentials is not null)
        {
            await SmtpLogin.RunAsync(wire, extensions, options);
        }
        return extensions;
    }

    private static async ValueTask<SmtpExtensions> HelloAsync(SmtpWire wire, SmtpClientOptions options, bool mayFallBack)
    {
        var reply = await wire.AskAsync($"EHLO {options.Hello.Ascii}", SmtpStage.Hello, "EHLO");
        if (reply.IsOk)
        {
            return SmtpExtensions.Parse(reply.Lines.Skip(1));
        }
        // A server that does not know EHLO refuses it for good (RFC 5321 section 3.2).
        if (!mayFallBack || reply.Code < 500)
        {
            throw wire.Refused(reply, SmtpStage.Hello);
        }
        reply = await wire.AskAsync($"HELO {options.Hello.Ascii}", SmtpStage.Hello, "HELO");
        return reply.IsOk ? SmtpExtensions.None : throw wire.Refused(reply, SmtpStage.Hello);
    }

    private static async ValueTask<SmtpExtensions> StartTlsAsync(SmtpWire wire, SmtpClientOptions options, SmtpExtensions extensions)
    {
        if (!extensions.StartTls)
        {
            return options.Tls == SmtpTlsMode.Opportunistic
                ? extensions
                : throw new SmtpFailureException(new SmtpFailure(SmtpStage.Tls, false, 0, NoSecurity, "the server does not offer STARTTLS"));
        }
        var reply = await wire.AskAsync("STARTTLS", SmtpStage.Tls, "STARTTLS");
        if (!reply.IsOk)
        {
            var refused = wire.Refused(reply, SmtpStage.Tls);
            // Whatever the server says of its TLS, it is not about the mail: that may still go later, or elsewhere.
            throw new SmtpFailureException(refused.Failure with { IsPermanent = false, Status = NoSecurity });
        }
        await wire.UpgradeAsync();
        // What was said before TLS does not count any more (RFC 3207 section 4.2).
        return await HelloAsync(wire, options, mayFallBack: false);
    }
}
