using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mox.Net.Sasl;

/// <summary>SCRAM's client, with and without channel binding (RFC 5802 section 3, RFC 7677).</summary>
internal sealed class ScramClient(
    ScramHash hash, string login, string password, ReadOnlyMemory<byte> tlsServerEndPoint, bool serverLacksPlus, string? nonce = null)
    : SaslClient
{
    private readonly string _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
    private readonly bool _isPlus = !tlsServerEndPoint.IsEmpty;
    private Stage _stage;
    private byte[] _serverSignature = [];

    private enum Stage
    {
        Begin,
        SentFirst,
        SentFinal,
        Complete,
    }

    public override string Mechanism => (hash, _isPlus) switch
    {
        (ScramHash.Sha256, true) => SaslMechanisms.ScramSha256Plus,
        (ScramHash.Sha256, false) => SaslMechanisms.ScramSha256,
        (_, true) => SaslMechanisms.ScramSha1Plus,
        (_, false) => SaslMechanisms.ScramSha1,
    };

    public override bool IsComplete => _stage == Stage.Complete;

    private string Gs2Header => _isPlus ? $"p={ScramServerExchange.BindingName},," : serverLacksPlus ? "y,," : "n,,";

    private string Bare => $"n={ScramText.EncodeName(login)},r={_nonce}";

    public override byte[] InitialResponse()
    {
        _stage = Stage.SentFirst;
        return Encoding.UTF8.GetBytes(Gs2Header + Bare);
    }

    public override byte[] Respond(ReadOnlySpan<byte> challenge)
    {
        var text = Encoding.UTF8.GetString(challenge);
        switch (_stage)
        {
            case Stage.Begin when challenge.IsEmpty:
                return InitialResponse();
            case Stage.SentFirst:
                return Final(text);
            case Stage.SentFinal:
                CheckServer(text);
                _stage = Stage.Complete;
                return [];
            default:
                throw new SaslException("a challenge out of order");
        }
    }

    private byte[] Final(string serverFirst)
    {
        var parts = serverFirst.Split(',', 4);
        if (parts is not [['r', '=', .. var serverNonce], ['s', '=', .. var salt64], ['i', '=', .. var count], ..])
        {
            throw new SaslException("expected r=nonce,s=salt,i=iterations");
        }

        // The server must have added to our nonce, else an old conversation is replayed (RFC 5802 section 5.1).
        if (!serverNonce.StartsWith(_nonce, StringComparison.Ordinal) || serverNonce.Length == _nonce.Length || !ScramText.IsNonce(serverNonce))
        {
            throw new SaslException("the nonce is not ours with more");
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < ScramVerifier.MinIterations or > ScramVerifier.MaxIterations)
        {
            throw new SaslException($"iterations must be {ScramVerifier.MinIterations} to {ScramVerifier.MaxIterations}");
        }

        var salt = ScramText.Base64(salt64);
        byte[] binding = [.. Encoding.UTF8.GetBytes(Gs2Header), .. tlsServerEndPoint.Span];
        var withoutProof = $"c={Convert.ToBase64String(binding)},r={serverNonce}";
        var authMessage = Encoding.UTF8.GetBytes($"{Bare},{serverFirst},{withoutProof}");
        _stage = Stage.SentFinal;
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(Proof(salt, iterations, authMessage))}");
    }

    private byte[] Proof(byte[] salt, int iterations, byte[] authMessage)
    {
        var size = ScramVerifier.Size(hash);
        Span<byte> salted = stackalloc byte[size];
        Span<byte> key = stackalloc byte[size];
        Span<byte> storedKey = stackalloc byte[size];
        var proof = new byte[size];
        _serverSignature = new byte[size];
        ScramVerifier.SaltPassword(hash, password, salt, iterations, salted);
        ScramVerifier.ServerKeyOf(hash, salted, key);
        ScramVerifier.Hmac(hash, key, authMessage, _serverSignature);
        ScramVerifier.ClientKeyOf(hash, salted, key);
        ScramVerifier.Digest(hash, key, storedKey);
        ScramVerifier.Hmac(hash, storedKey, authMessage, proof);
        for (var i = 0; i < size; i++)
        {
            proof[i] ^= key[i];
        }

        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(key);
        return proof;
    }

    private void CheckServer(string serverFinal)
    {
        if (serverFinal is not ['v', '=', .. var signature])
        {
            throw new SaslException("the server refused: " + serverFinal, LoginOutcome.BadCredentials);
        }

        if (!CryptographicOperations.FixedTimeEquals(ScramText.Base64(signature.Split(',', 2)[0]), _serverSignature))
        {
            throw new SaslException("the server does not know the password", LoginOutcome.BadCredentials);
        }
    }
}
