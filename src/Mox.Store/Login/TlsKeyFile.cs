using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mox.Net.Tls;

namespace Mox.Store;

/// <summary>What a file with a client's certificate or public key says of the key.</summary>
/// <param name="Fingerprint">Its name (<see cref="PublicKeyFingerprint"/>).</param>
/// <param name="Type">What kind of key it is, as in <c>RSA-2048</c>.</param>
public sealed record TlsKeyFile(string Fingerprint, string Type)
{
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EcOid = "1.2.840.10045.2.1";
    private const string Ed25519Oid = "1.3.101.112";

    /// <summary>Reads PEM text: the first certificate or public key in it. A private key is refused: it is nobody's business.</summary>
    /// <exception cref="FormatException">There is none, or it is not right.</exception>
    public static TlsKeyFile Parse(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            ReadOnlySpan<char> label = rest[fields.Label];
            byte[] content = Convert.FromBase64String(rest[fields.Base64Data].ToString());
            if (label is "CERTIFICATE")
            {
                return FromCertificate(content);
            }

            if (label is "PUBLIC KEY")
            {
                return Of(() => PublicKey.CreateFromSubjectPublicKeyInfo(content, out _));
            }

            if (label.EndsWith("PRIVATE KEY"))
            {
                throw new FormatException("this is a private key: keep it to yourself, and give its certificate or public key");
            }
        }

        throw new FormatException("no certificate and no public key in PEM form (-----BEGIN CERTIFICATE-----)");
    }

    private static TlsKeyFile FromCertificate(byte[] content) => Of(() =>
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(content);
        return certificate.PublicKey;
    });

    private static TlsKeyFile Of(Func<PublicKey> read)
    {
        try
        {
            PublicKey key = read();
            return new TlsKeyFile(PublicKeyFingerprint.Of(key), Describe(key));
        }
        catch (CryptographicException e)
        {
            throw new FormatException("the certificate or public key is not right: " + e.Message, e);
        }
    }

    private static string Describe(PublicKey key)
    {
        switch (key.Oid.Value)
        {
            case RsaOid:
                using (RSA? rsa = key.GetRSAPublicKey())
                {
                    return $"RSA-{rsa?.KeySize}";
                }

            case EcOid:
                using (ECDsa? ec = key.GetECDsaPublicKey())
                {
                    return $"ECDSA-P-{ec?.KeySize}";
                }

            case Ed25519Oid:
                return "Ed25519";
            default:
                return key.Oid.FriendlyName ?? key.Oid.Value ?? "unknown";
        }
    }
}
