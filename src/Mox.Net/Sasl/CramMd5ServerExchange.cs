using System.Security.Cryptography;
using System.Text;

namespace Mox.Net.Sasl;

/// <summary>CRAM-MD5 (RFC 2195 section 2): a challenge, then <c>login SP hex(HMAC-MD5(password, challenge))</c>.</summary>
internal sealed class CramMd5ServerExchange : ServerExchange
{
    private readonly byte[] _challenge;
    private bool _challenged;

    public CramMd5ServerExchange(LoginContext context, ISaslBackend backend, string serverName, string? nonce = null)
        : base(SaslMechanisms.CramMd5, context, backend)
    {
        nonce ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _challenge = Encoding.ASCII.GetBytes($"<{nonce}@{serverName}>");
    }

    protected override async ValueTask<SaslStep> NextAsync(byte[]? clientResponse, CancellationToken cancellationToken)
    {
        if (!_challenged)
        {
            // The server speaks first: an initial response has no meaning here.
            _challenged = true;
            return clientResponse is { Length: > 0 } ? throw new SaslException("CRAM-MD5 has no initial response") : SaslStep.Continue(_challenge);
        }

        var text = Decode(clientResponse);
        var space = text.LastIndexOf(' ');
        if (space <= 0 || text.Length - space - 1 != 32)
        {
            throw new SaslException("expected login SP 32 hexadecimal digits");
        }

        Login = text[..space];
        var secret = await Backend.FindCramMd5SecretAsync(Login, Context, cancellationToken);
        var expected = Encoding.ASCII.GetBytes(CramMd5Digest.Hex(secret, _challenge));
        var given = Encoding.UTF8.GetBytes(text[(space + 1)..]);
        var fits = CryptographicOperations.FixedTimeEquals(expected, given);
        return SaslStep.Done(await CompleteAsync(fits ? LoginOutcome.Ok : LoginOutcome.BadCredentials, cancellationToken));
    }
}
