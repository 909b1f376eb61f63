namespace Mox.Smtp.Server.Commands;

/// <summary>MAIL (RFC 5321 section 4.1.1.2), with SIZE, BODY, AUTH, SMTPUTF8 and DSN, and for submission FUTURERELEASE: begins a transaction.</summary>
internal static class MailCommand
{
    // Up to this size a refusal speaks of the receiver's limit, above it of everybody's (spec: 5.2.3 or 5.3.4).
    private const long UsualMaxBytes = 104_857_600;

    private static readonly SmtpReply Accepted = new(250, 2, 1, 0, "sender ok");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("MAIL", SmtpPhases.Greeted, Parse, ExecuteAsync);

    public static MailRequest Parse(ref SmtpScanner input)
    {
        input.Space();
        input.Literal("FROM:"u8);
        if (!input.IsPedantic)
        {
            // RFC says no space here; many senders put one.
            input.TrySpace();
        }
        var from = input.ReversePath();
        var parameters = new MailParameters(input.IsSubmission);
        bool hasParameters = false;
        while (input.TryParameter(out var keyword, out var value, out bool hasValue))
        {
            hasParameters = true;
            parameters.Take(keyword, value, hasValue);
        }
        return new MailRequest(parameters.Envelope(from), parameters.Release, hasParameters);
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, MailRequest request, CancellationToken ct)
    {
        var (envelope, options) = (request.Envelope, session.Options);
        if (options.RequireStartTls && session.Tls is null)
        {
            return new SmtpReply(530, 5, 7, 0, "this server takes mail over TLS only: say STARTTLS first");
        }
        if (options.Kind == SmtpServiceKind.Submit && session.Login.Current is null)
        {
            return new SmtpReply(530, 5, 7, 0, "log in first: this port takes the mail of our users only");
        }
        if (request.HasParameters && !session.IsExtended)
        {
            return new SmtpReply(555, 5, 5, 4, "parameters need EHLO");
        }
        if (envelope.SizeBytes > options.MaxMessageBytes)
        {
            var (subject, detail) = envelope.SizeBytes < UsualMaxBytes ? (2, 3) : (3, 4);
            return new SmtpReply(552, 5, (ushort)subject, (ushort)detail, $"message too large, the limit is {options.MaxMessageBytes} bytes");
        }
        if (options.Pedantic && !envelope.SmtpUtf8 && envelope.From.Mailbox is { LocalPart.IsAscii: false })
        {
            return new SmtpReply(553, 5, 6, 7, "this address needs SMTPUTF8");
        }
        if (envelope.From.Mailbox is { Host.Literal: not null })
        {
            return new SmtpReply(550, 5, 1, 8, "an address literal cannot be replied to");
        }
        if (request.Release is { } release)
        {
            envelope = envelope with { Release = release.Resolve(session.Now, options.MaxHold) };
        }
        return await session.BeginAsync(envelope, ct) ?? Accepted;
    }
}
