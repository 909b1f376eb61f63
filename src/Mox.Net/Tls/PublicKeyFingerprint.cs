using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>The name of a public key: SHA-256 of its SubjectPublicKeyInfo, in base64url without padding, 43 characters.</summary>
/// <remarks>It names the key and not a certificate, which may be renewed around the same key.</remarks>
public static class PublicKeyFingerprint
{
    /// <summary>Of the key that a certificate is about.</summary>
    public static string Of(X509Certificate2 certificate) => Of(certificate.PublicKey);

    /// <summary>Of a key.</summary>
    public static string Of(PublicKey key) => Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
