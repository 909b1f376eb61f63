using Mox.Net.Sasl;

namespace Mox.Imap.Commands;

/// <summary>AUTHENTICATE (RFC 3501 section 6.2.2) with an initial response (RFC 4959 section 3).</summary>
internal static class AuthenticateCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.Create("AUTHENTICATE", ImapStates.NotAuthenticated, Parse, ExecuteAsync) with { HasCredentials = true };

    public static AuthenticateRequest Parse(ref ImapScanner input)
    {
        input.Space();
        string mechanism = input.Word();
        if (input.AtEnd)
        {
            return new(mechanism, null, IsBase64: true);
        }
        input.Space();
        // base64 has "=" and "/" and "+", all of them atom characters.
        bool valid = SaslBase64.TryDecodeInitial(input.Atom(), out byte[] initial);
        return new(mechanism, initial, valid);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, AuthenticateRequest request, CancellationToken cancellationToken)
    {
        if (!session.AllowsPasswords && request.Mechanism is "PLAIN" or "LOGIN")
        {
            throw new ImapNoException(ResponseCodes.PrivacyRequired, "start TLS first");
        }
        using var exchange = session.Services.Authenticator.Begin(request.Mechanism, session.LoginContext)
            ?? throw new ImapNoException(ResponseCodes.Cannot, "no such mechanism, or not now");
        if (!request.IsBase64)
        {
            return await AbortAsync(session, exchange, LoginOutcome.BadProtocol, cancellationToken);
        }
        var step = await exchange.StepAsync(request.Initial, cancellationToken);
        while (step.Result is null)
        {
            session.Writer.Raw("+ "u8).Raw(SaslBase64.Encode(step.Challenge.Span)).Line();
            await session.FlushAsync();
            var frame = await session.ReadAsync(session.Reader.ReadPlainLineAsync, session.IdleTimeout);
            if (frame.Kind is ImapFrameKind.EndOfStream or ImapFrameKind.Overflow)
            {
                await exchange.AbortAsync(LoginOutcome.Aborted, cancellationToken);
                throw new ImapConnectionGoneException(
                    frame.Kind == ImapFrameKind.Overflow ? ImapEndReason.TooMuchInput : ImapEndReason.ClosedByPeer);
            }
            session.Trace(session.Reader.Command, credentials: true);
            bool aborted = SaslBase64.IsAbort(session.Reader.Command);
            bool valid = SaslBase64.TryDecode(session.Reader.Command, out byte[] response);
            session.Reader.Release();
            if (aborted || !valid || frame.Kind != ImapFrameKind.Command)
            {
                return await AbortAsync(
                    session, exchange, aborted ? LoginOutcome.Aborted : LoginOutcome.BadProtocol, cancellationToken);
            }
            step = await exchange.StepAsync(response, cancellationToken);
        }
        return await session.FinishLoginAsync(step.Result, cancellationToken);
    }

    private static async ValueTask<ImapReply> AbortAsync(
        ImapSession session, SaslServerExchange exchange, LoginOutcome outcome, CancellationToken cancellationToken) =>
        await session.FinishLoginAsync(await exchange.AbortAsync(outcome, cancellationToken), cancellationToken);

    internal sealed record AuthenticateRequest(string Mechanism, byte[]? Initial, bool IsBase64);
}
