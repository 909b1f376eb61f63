using System.Security.Cryptography;
using System.Text;

namespace Mox.Net.Sasl;

/// <summary>
/// What a server keeps of a password: enough to check it and to prove that it is the server, not enough to log in (RFC 5802 section 3).
/// </summary>
public sealed class ScramVerifier
{
    /// <summary>The fewest iterations that a client may accept (RFC 7677 section 4).</summary>
    public const int MinIterations = 4_096;

    /// <summary>The most iterations a client of ours computes, so that a server cannot make it work for hours.</summary>
    public const int MaxIterations = 10_000_000;

    private static readonly byte[] ClientKeyLabel = "Client Key"u8.ToArray();
    private static readonly byte[] ServerKeyLabel = "Server Key"u8.ToArray();

    /// <summary>Takes a verifier as stored.</summary>
    public ScramVerifier(ScramHash hash, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(storedKey.Length, Size(hash));
        ArgumentOutOfRangeException.ThrowIfNotEqual(serverKey.Length, Size(hash));
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        ArgumentOutOfRangeException.ThrowIfZero(salt.Length);
        Hash = hash;
        Salt = salt;
        Iterations = iterations;
        StoredKey = storedKey;
        ServerKey = serverKey;
    }

    /// <summary>The hash.</summary>
    public ScramHash Hash { get; }

    /// <summary>The salt, sent to the client.</summary>
    public byte[] Salt { get; }

    /// <summary>The iterations, sent to the client.</summary>
    public int Iterations { get; }

    /// <summary>H(ClientKey): checks the client's proof.</summary>
    public byte[] StoredKey { get; }

    /// <summary>Signs the server's answer.</summary>
    public byte[] ServerKey { get; }

    /// <summary>
    /// Derives a verifier with a new salt from a prepared password (<see cref="OpaqueString"/>). It takes
    /// <paramref name="iterations"/> hashes on the calling thread: the caller bounds how many run at once.
    /// </summary>
    public static ScramVerifier Derive(ScramHash hash, string password, int iterations) =>
        Derive(hash, password, RandomNumberGenerator.GetBytes(16), iterations);

    /// <summary>Derives a verifier with a given salt.</summary>
    public static ScramVerifier Derive(ScramHash hash, string password, byte[] salt, int iterations)
    {
        Span<byte> salted = stackalloc byte[Size(hash)];
        Span<byte> clientKey = stackalloc byte[Size(hash)];
        SaltPassword(hash, password, salt, iterations, salted);
        Hmac(hash, salted, ClientKeyLabel, clientKey);
        var storedKey = new byte[Size(hash)];
        var serverKey = new byte[Size(hash)];
        Digest(hash, clientKey, storedKey);
        Hmac(hash, salted, ServerKeyLabel, serverKey);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return new ScramVerifier(hash, salt, iterations, storedKey, serverKey);
    }

    /// <summary>Checks a prepared password, in constant time after the derivation, which runs on the calling thread.</summary>
    public bool Verify(string password)
    {
        var other = Derive(Hash, password, Salt, Iterations);
        return CryptographicOperations.FixedTimeEquals(other.StoredKey, StoredKey)
            & CryptographicOperations.FixedTimeEquals(other.ServerKey, ServerKey);
    }

    /// <summary>The bytes of the hash.</summary>
    internal static int Size(ScramHash hash) => hash == ScramHash.Sha256 ? 32 : 20;

    internal static void SaltPassword(ScramHash hash, string password, ReadOnlySpan<byte> salt, int iterations, Span<byte> salted)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        Rfc2898DeriveBytes.Pbkdf2(bytes, salt, salted, iterations, Name(hash));
        CryptographicOperations.ZeroMemory(bytes);
    }

    internal static void ClientKeyOf(ScramHash hash, ReadOnlySpan<byte> salted, Span<byte> key) => Hmac(hash, salted, ClientKeyLabel, key);

    internal static void ServerKeyOf(ScramHash hash, ReadOnlySpan<byte> salted, Span<byte> key) => Hmac(hash, salted, ServerKeyLabel, key);

    internal static void Hmac(ScramHash hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, Span<byte> mac) =>
        CryptographicOperations.HmacData(Name(hash), key, text, mac);

    internal static void Digest(ScramHash hash, ReadOnlySpan<byte> text, Span<byte> digest) =>
        CryptographicOperations.HashData(Name(hash), text, digest);

    private static HashAlgorithmName Name(ScramHash hash) =>
        hash == ScramHash.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
}
