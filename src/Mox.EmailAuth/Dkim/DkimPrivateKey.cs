using System.Formats.Asn1;
using System.Security.Cryptography;
using Mox.EmailAuth.Native;

namespace Mox.EmailAuth.Dkim;

/// <summary>A key that messages are signed with. Thread-safe; dispose it when nobody signs any more.</summary>
public abstract class DkimPrivateKey : IDisposable
{
    private const int RsaBits = 2048;
    private const string PemLabel = "PRIVATE KEY";
    private const string Ed25519Oid = "1.3.101.112";

    private protected DkimPrivateKey()
    {
    }

    /// <summary>What it is.</summary>
    public abstract DkimAlgorithm Algorithm { get; }

    /// <summary>Its public half, in the form of key records.</summary>
    public abstract byte[] PublicKey { get; }

    /// <summary>Makes a new one: RSA with 2,048 bits, or Ed25519.</summary>
    /// <exception cref="PlatformNotSupportedException">Ed25519 is asked for, and OpenSSL was not found.</exception>
    public static DkimPrivateKey Generate(DkimAlgorithm algorithm) =>
        algorithm == DkimAlgorithm.Rsa ? new RsaKey(RSA.Create(RsaBits)) : new Ed25519Key(RandomNumberGenerator.GetBytes(Ed25519.KeyLength));

    /// <summary>Reads a key from PEM with PKCS#8 ("PRIVATE KEY").</summary>
    /// <exception cref="CryptographicException">The text is no such key, or an RSA key of less than 1,024 bits.</exception>
    /// <exception cref="PlatformNotSupportedException">It is an Ed25519 key, and OpenSSL was not found.</exception>
    public static DkimPrivateKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != PemLabel)
        {
            throw new CryptographicException($"There is no PEM block \"{PemLabel}\" (PKCS#8) in it.");
        }

        byte[] der = Convert.FromBase64String(pem[fields.Base64Data]);
        if (TryReadEd25519(der) is { } seed)
        {
            return new Ed25519Key(seed);
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportPkcs8PrivateKey(der, out _);
            return rsa.KeySize >= DkimPublicKey.MinRsaBits ? new RsaKey(rsa)
                : throw new CryptographicException($"An RSA key of {rsa.KeySize} bits is too small.");
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>The key as PEM with PKCS#8.</summary>
    public abstract string ToPem();

    /// <summary>Signs a SHA-256 hash.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> hash);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the key.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    // PrivateKeyInfo with the seed as an OCTET STRING within the key's (RFC 8410 section 7).
    private static byte[]? TryReadEd25519(byte[] der)
    {
        try
        {
            var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            info.ReadInteger();
            if (info.ReadSequence().ReadObjectIdentifier() != Ed25519Oid)
            {
                return null;
            }

            byte[] seed = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
            return seed.Length == Ed25519.KeyLength ? seed : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private sealed class RsaKey(RSA rsa) : DkimPrivateKey
    {
        private readonly Lock _gate = new();

        public override DkimAlgorithm Algorithm => DkimAlgorithm.Rsa;

        public override byte[] PublicKey => rsa.ExportSubjectPublicKeyInfo();

        public override string ToPem() => rsa.ExportPkcs8PrivateKeyPem() + "\n";

        public override byte[] Sign(ReadOnlySpan<byte> hash)
        {
            lock (_gate)
            {
                return rsa.SignHash(hash.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rsa.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class Ed25519Key(byte[] seed) : DkimPrivateKey
    {
        private static readonly byte[] Prefix = Convert.FromHexString("302e020100300506032b657004220420");

        public override DkimAlgorithm Algorithm => DkimAlgorithm.Ed25519;

        public override byte[] PublicKey { get; } = Ed25519.PublicKey(seed);

        public override string ToPem() => PemEncoding.WriteString(PemLabel, [.. Prefix, .. seed]) + "\n";

        public override byte[] Sign(ReadOnlySpan<byte> hash) => Ed25519.Sign(seed, hash);
    }
}
