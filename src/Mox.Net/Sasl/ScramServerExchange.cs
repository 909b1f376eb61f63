using System.Security.Cryptography;
using System.Text;

namespace Mox.Net.Sasl;

/// <summary>SCRAM-SHA-1 and SCRAM-SHA-256, with and without channel binding (RFC 5802 section 3, RFC 7677).</summary>
/// <remarks>
/// Unknown logins walk the same path over a fake verifier and fail at the proof. The server's signature is a challenge,
/// which the client answers with nothing.
/// </remarks>
internal sealed class ScramServerExchange(
    string mechanism, ScramHash hash, bool offersPlus, LoginContext context, ISaslBackend backend, string? nonce = null)
    : ServerExchange(mechanism, context, backend)
{
    /// <summary>The one binding that is spoken (RFC 5929 section 4).</summary>
    public const string BindingName = "tls-server-end-point";

    private readonly bool _isPlus = mechanism.EndsWith("-PLUS", StringComparison.Ordinal);
    private ScramClientFirst? _first;
    private ScramVerifier? _verifier;
    private string _serverFirst = "";
    private string _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
    private LoginResult? _result;

    protected override ValueTask<SaslStep> NextAsync(byte[]? clientResponse, CancellationToken cancellationToken)
    {
        if (clientResponse is not { } message)
        {
            return ValueTask.FromResult(SaslStep.Continue(default));
        }

        if (_result is not null)
        {
            // The client has seen our signature and says nothing.
            return message.Length == 0 ? ValueTask.FromResult(SaslStep.Done(_result)) : throw new SaslException("expected an empty response");
        }

        var text = Decode(message);
        return _first is null ? FirstAsync(text, cancellationToken) : FinalAsync(text, cancellationToken);
    }

    private async ValueTask<SaslStep> FirstAsync(string text, CancellationToken cancellationToken)
    {
        var first = ScramClientFirst.Parse(text);
        Login = first.Login;
        CheckBinding(first);
        if (first.AuthorizationId.Length > 0 && first.AuthorizationId != first.Login)
        {
            throw new SaslException("authzid differs from the login", LoginOutcome.BadCredentials);
        }

        _verifier = await Backend.FindScramAsync(hash, first.Login, Context, cancellationToken);
        _nonce = first.Nonce + _nonce;
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_verifier.Salt)},i={_verifier.Iterations}";
        _first = first;
        return SaslStep.Continue(Encoding.UTF8.GetBytes(_serverFirst));
    }

    private void CheckBinding(ScramClientFirst first)
    {
        switch (first.BindingFlag)
        {
            // "I could bind, but you do not offer it": we do, so somebody took it out of our list (RFC 5802 section 6).
            case 'y' when offersPlus:
                throw new SaslException("downgrade: the client was not told of -PLUS", LoginOutcome.BadChannelBinding);
            case 'p' when first.BindingName != BindingName:
                throw new SaslException("only tls-server-end-point is supported", LoginOutcome.BadChannelBinding);
            case 'p' when !_isPlus:
                throw new SaslException("channel binding demands the -PLUS name");
            case 'n' or 'y' when _isPlus:
                throw new SaslException("-PLUS demands channel binding", LoginOutcome.BadChannelBinding);
        }
    }

    private async ValueTask<SaslStep> FinalAsync(string text, CancellationToken cancellationToken)
    {
        var at = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (at < 0)
        {
            throw new SaslException("expected a proof");
        }

        var withoutProof = text[..at];
        var proof = ScramText.Base64(text.AsSpan(at + 3));
        var attributes = withoutProof.Split(',', 3);
        if (attributes.Length < 2 || !attributes[0].StartsWith("c=", StringComparison.Ordinal) || proof.Length != ScramVerifier.Size(hash))
        {
            throw new SaslException("expected c=binding,r=nonce,p=proof");
        }

        if (attributes[1] != "r=" + _nonce)
        {
            throw new SaslException("the nonce is not this exchange's");
        }

        byte[] binding = [.. Encoding.UTF8.GetBytes(_first!.Gs2Header), .. _isPlus ? Context.Tls!.TlsServerEndPoint.Span : default];
        if (!CryptographicOperations.FixedTimeEquals(ScramText.Base64(attributes[0].AsSpan(2)), binding))
        {
            throw new SaslException("the channel binding is not this connection's", LoginOutcome.BadChannelBinding);
        }

        var authMessage = Encoding.UTF8.GetBytes($"{_first.Bare},{_serverFirst},{withoutProof}");
        var fits = ProofFits(_verifier!, authMessage, proof);
        var result = await CompleteAsync(fits ? LoginOutcome.Ok : LoginOutcome.BadCredentials, cancellationToken);
        if (!fits || !result.IsOk)
        {
            return SaslStep.Done(result);
        }

        _result = result;
        return SaslStep.Continue(ServerSignature(_verifier!, authMessage));
    }

    private static bool ProofFits(ScramVerifier verifier, byte[] authMessage, byte[] proof)
    {
        var size = proof.Length;
        Span<byte> clientKey = stackalloc byte[size];
        Span<byte> storedKey = stackalloc byte[size];
        ScramVerifier.Hmac(verifier.Hash, verifier.StoredKey, authMessage, clientKey);
        for (var i = 0; i < size; i++)
        {
            clientKey[i] ^= proof[i];
        }

        ScramVerifier.Digest(verifier.Hash, clientKey, storedKey);
        CryptographicOperations.ZeroMemory(clientKey);
        return CryptographicOperations.FixedTimeEquals(storedKey, verifier.StoredKey);
    }

    private static byte[] ServerSignature(ScramVerifier verifier, byte[] authMessage)
    {
        var signature = new byte[ScramVerifier.Size(verifier.Hash)];
        ScramVerifier.Hmac(verifier.Hash, verifier.ServerKey, authMessage, signature);
        return Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(signature));
    }
}
