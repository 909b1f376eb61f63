namespace Mox.Net.Sasl;

/// <summary>PLAIN: <c>authzid NUL authcid NUL password</c> in one message (RFC 4616 section 2).</summary>
internal sealed class PlainServerExchange(LoginContext context, ISaslBackend backend)
    : ServerExchange(SaslMechanisms.Plain, context, backend)
{
    protected override async ValueTask<SaslStep> NextAsync(byte[]? clientResponse, CancellationToken cancellationToken)
    {
        if (clientResponse is not { } message)
        {
            return SaslStep.Continue(default);
        }

        var parts = Decode(message).Split('\0', 4);
        if (parts.Length != 3 || parts[1].Length == 0 || parts[2].Length == 0)
        {
            throw new SaslException("expected authzid NUL authcid NUL password");
        }

        Login = parts[1];
        // Nobody acts for another here.
        if (parts[0].Length != 0 && parts[0] != parts[1])
        {
            throw new SaslException("authzid differs from authcid", LoginOutcome.BadCredentials);
        }

        return SaslStep.Done(await Backend.VerifyPasswordAsync(Mechanism, Login, parts[2], Context, cancellationToken));
    }
}
