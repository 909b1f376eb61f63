using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>What a TLS handshake agreed on.</summary>
/// <param name="Protocol">TLS 1.2 or 1.3.</param>
/// <param name="CipherSuite">The cipher suite.</param>
/// <param name="ServerName">The name that the client asked for (SNI); null when it sent none.</param>
/// <param name="ApplicationProtocol">The agreed ALPN protocol; null when the client sent none.</param>
/// <param name="ClientCertificate">The client's certificate, not validated against any CA; null when there is none.</param>
/// <param name="TlsServerEndPoint">The channel binding of the server's certificate (RFC 5929 section 4.1); empty when it has none.</param>
public sealed record TlsSessionInfo(
    SslProtocols Protocol,
    TlsCipherSuite CipherSuite,
    string? ServerName,
    string? ApplicationProtocol,
    X509Certificate2? ClientCertificate,
    ReadOnlyMemory<byte> TlsServerEndPoint)
{
    /// <summary>On the client's side: the server's certificate.</summary>
    public X509Certificate2? ServerCertificate { get; init; }

    /// <summary>On the client's side: what was found about it.</summary>
    public CertificateVerdict? Verdict { get; init; }

    /// <summary>The protocol as mail headers and logs write it: <c>TLS1.3</c>.</summary>
    public string ProtocolName => Protocol switch
    {
        SslProtocols.Tls12 => "TLS1.2",
        SslProtocols.Tls13 => "TLS1.3",
        _ => Protocol.ToString(),
    };
}
