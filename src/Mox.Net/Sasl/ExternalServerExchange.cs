namespace Mox.Net.Sasl;

/// <summary>EXTERNAL: who the client is says the key of its TLS certificate, which its user has registered (RFC 4422 appendix A).</summary>
internal sealed class ExternalServerExchange(LoginContext context, ISaslBackend backend)
    : ServerExchange(SaslMechanisms.External, context, backend)
{
    protected override async ValueTask<SaslStep> NextAsync(byte[]? clientResponse, CancellationToken cancellationToken)
    {
        if (clientResponse is not { } message)
        {
            return SaslStep.Continue(default);
        }

        var authorizationId = Decode(message);
        if (authorizationId.Contains('\0', StringComparison.Ordinal))
        {
            throw new SaslException("NUL in authzid");
        }

        Login = await Backend.FindKeyLoginAsync(Context, cancellationToken);
        // Nobody acts for another here.
        if (Login is null || (authorizationId.Length > 0 && !authorizationId.Equals(Login, StringComparison.OrdinalIgnoreCase)))
        {
            return SaslStep.Done(await CompleteAsync(LoginOutcome.BadCredentials, cancellationToken));
        }

        return SaslStep.Done(await CompleteAsync(LoginOutcome.Ok, cancellationToken));
    }
}
