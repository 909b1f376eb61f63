using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>How a client makes TLS.</summary>
public sealed record TlsConnectOptions
{
    /// <summary>The server's name or address: asked for (SNI, a name only) and looked for in its certificate. Null: neither.</summary>
    public string? ServerName { get; init; }

    /// <summary>A certificate that is not valid ends the handshake. Default true; else the verdict is only told.</summary>
    public bool RequireValidCertificate { get; init; } = true;

    /// <summary>Certificates trusted beside the system's roots. Default none.</summary>
    public IReadOnlyList<X509Certificate2> ExtraRoots { get; init; } = [];

    /// <summary>The ALPN protocols to offer. Default none.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>The oldest protocol: TLS 1.2 (default) or TLS 1.3 only.</summary>
    public SslProtocols MinProtocol { get; init; } = SslProtocols.Tls12;

    /// <summary>The time for the whole handshake. Default 30 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
