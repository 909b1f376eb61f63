using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>Channel bindings for TLS.</summary>
public static class ChannelBinding
{
    /// <summary>
    /// tls-server-end-point: the hash of the server's certificate by the hash of its signature, where MD5 and SHA-1 are
    /// replaced by SHA-256 (RFC 5929 section 4.1). Empty where the signature names no single hash (Ed25519).
    /// </summary>
    /// <remarks>Computed by us because <c>SslStream</c> cannot give it on the server's side.</remarks>
    public static byte[] TlsServerEndPoint(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        // MD5, SHA-1, SHA-256 with RSA; SHA-1 and SHA-256 with ECDSA and DSA
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.113549.1.1.11" or "1.2.840.10045.4.1" or "1.2.840.10045.4.3.2"
            or "1.2.840.10040.4.3" or "2.16.840.1.101.3.4.3.2" => SHA256.HashData(certificate.RawData),
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawData),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawData),
        _ => [],
    };
}
