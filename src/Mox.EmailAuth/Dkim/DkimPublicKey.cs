using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Mox.EmailAuth.Native;

namespace Mox.EmailAuth.Dkim;

/// <summary>A key that signatures are checked with. Thread-safe.</summary>
internal abstract class DkimPublicKey
{
    /// <summary>Smaller ones can be broken (RFC 8301 section 3.2).</summary>
    public const int MinRsaBits = 1024;

    // Larger ones cost too much time, and do not fit into DNS.
    private const int MaxRsaBits = 8192;

    /// <summary>Its size.</summary>
    public abstract int Bits { get; }

    /// <summary>Whether a signature is that of a SHA-256 hash.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    /// <summary>Reads the key of a record.</summary>
    public static bool TryRead(DkimAlgorithm algorithm, ReadOnlySpan<byte> key, [NotNullWhen(true)] out DkimPublicKey? read, [NotNullWhen(false)] out string? problem)
    {
        if (algorithm == DkimAlgorithm.Ed25519)
        {
            read = key.Length == Ed25519.KeyLength ? new Ed25519Key(key.ToArray()) : null;
            problem = read is null ? "an Ed25519 key has 32 bytes" : null;
            return read is not null;
        }

        read = null;
        var rsa = RSA.Create();
        try
        {
            try
            {
                rsa.ImportSubjectPublicKeyInfo(key, out _);
            }
            catch (CryptographicException)
            {
                // The form that the grammar of the RFC names; almost nobody uses it.
                rsa.ImportRSAPublicKey(key, out _);
            }
        }
        catch (CryptographicException)
        {
            problem = "the key is no RSA key";
            rsa.Dispose();
            return false;
        }

        problem = rsa.KeySize is < MinRsaBits or > MaxRsaBits ? $"an RSA key of {rsa.KeySize} bits" : null;
        if (problem is not null)
        {
            rsa.Dispose();
            return false;
        }

        read = new RsaKey(rsa);
        return true;
    }

    private sealed class RsaKey(RSA rsa) : DkimPublicKey
    {
        private readonly Lock _gate = new();

        public override int Bits => rsa.KeySize;

        public override bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
        {
            lock (_gate)
            {
                return rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }
        }
    }

    private sealed class Ed25519Key(byte[] key) : DkimPublicKey
    {
        public override int Bits => 256;

        public override bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) => Ed25519.Verify(key, hash, signature);
    }
}
