using Mox.Net;
using Mox.Net.Sasl;

namespace Mox.Smtp.Server.Commands;

/// <summary>AUTH (RFC 4954 section 4): logs in, where mail is submitted; for mail from outside it is refused with directions.</summary>
internal static class AuthCommand
{
    private const int MaxMechanismBytes = 20;

    private static readonly SmtpReply NotHere =
        new(502, 5, 5, 1, "no authentication here: this port takes mail from other servers; submit your mail on port 465 or 587");

    private static readonly SmtpReply NotBase64 = new(501, 5, 5, 2, "expected base64");
    private static readonly SmtpReply LineTooLong = new(500, 5, 5, 6, $"authentication line too long, at most {SmtpOptions.MaxAuthLineBytes} bytes");

    public static SmtpCommand Definition { get; } =
        SmtpCommand.Create("AUTH", SmtpPhases.Any, Parse, ExecuteAsync, LoginReplies.Unavailable);

    /// <summary>Never throws: what follows may be a password, and is not spoken of.</summary>
    public static AuthRequest Parse(ref SmtpScanner input)
    {
        string mechanism = input.TrySpace() ? System.Text.Encoding.Latin1.GetString(input.Word()) : "";
        if (!input.TrySpace() || input.IsAtEnd)
        {
            return new(mechanism, null, input.IsAtEnd);
        }
        bool isBase64 = SaslBase64.TryDecodeInitial(input.Word(), out byte[] initial);
        input.TrySpace();
        return new(mechanism, initial, isBase64 && input.IsAtEnd);
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, AuthRequest request, CancellationToken ct)
    {
        if (Refusal(session, request.Mechanism) is { } refusal)
        {
            return refusal;
        }
        using var exchange = session.Login.Begin(request.Mechanism, session.Tls);
        if (exchange is null)
        {
            return new SmtpReply(504, 5, 5, 4, "this mechanism cannot be used here: EHLO lists those that can");
        }
        if (!request.IsBase64)
        {
            return await AbortAsync(session, exchange, LoginOutcome.BadProtocol, NotBase64, ct);
        }
        var step = await exchange.StepAsync(request.Initial, ct);
        while (step.Result is null)
        {
            var (response, problem) = await AskAsync(session, exchange, step.Challenge);
            if (response is null)
            {
                return await AbortAsync(session, exchange, problem is null ? LoginOutcome.Aborted : LoginOutcome.BadProtocol, problem, ct);
            }
            step = await exchange.StepAsync(response, ct);
        }
        return await session.FinishLoginAsync(step.Result, ct);
    }

    // In the order in which a client can mend it.
    private static SmtpReply? Refusal(SmtpSession session, string mechanism)
    {
        var options = session.Options;
        return options.Kind == SmtpServiceKind.Deliver ? NotHere
            : session.Phase == SmtpPhases.Connected || !session.IsExtended ? new SmtpReply(503, 5, 5, 1, "say EHLO first")
            : session.Login.Current is not null ? new SmtpReply(503, 5, 5, 1, "somebody has logged in already")
            : session.Phase != SmtpPhases.Greeted ? session.OutOfSequence(Definition)
            : mechanism.Length is 0 or > MaxMechanismBytes ? new SmtpReply(501, 5, 5, 4, "expected a mechanism, as EHLO lists them")
            : !session.Login.Allows(mechanism, session.Tls) ? new SmtpReply(538, 5, 7, 11, "passwords only over TLS: say STARTTLS first")
            : options.RequireStartTls && session.Tls is null ? new SmtpReply(530, 5, 7, 0, "login over TLS only: say STARTTLS first")
            : null;
    }

    // A response, or what is wrong with it; neither when the client gives up.
    private static async ValueTask<(byte[]? Response, SmtpReply? Problem)> AskAsync(
        SmtpSession session, SaslServerExchange exchange, ReadOnlyMemory<byte> challenge)
    {
        try
        {
            var line = await session.AskAsync(SaslBase64.Encode(challenge.Span));
            return Read(line);
        }
        catch (SmtpEndException)
        {
            // The connection ends here; the attempt is recorded all the same.
            await exchange.AbortAsync(LoginOutcome.Aborted, CancellationToken.None);
            throw;
        }
    }

    private static (byte[]? Response, SmtpReply? Problem) Read(in LineResult line) =>
        line.Status != LineStatus.Line ? (null, LineTooLong with { Closes = line.Status == LineStatus.Overflow })
        : SaslBase64.IsAbort(line.Span) ? (null, null)
        : SaslBase64.TryDecode(line.Span, out byte[] response) ? (response, null)
        : (null, NotBase64);

    private static async ValueTask<SmtpReply> AbortAsync(
        SmtpSession session, SaslServerExchange exchange, LoginOutcome outcome, SmtpReply? problem, CancellationToken ct)
    {
        var reply = await session.FinishLoginAsync(await exchange.AbortAsync(outcome, ct), ct);
        return reply.Closes ? reply : problem ?? reply;
    }
}
