using System.Security.Authentication;

namespace Mox.Net.Tls;

/// <summary>How a service accepts TLS.</summary>
public sealed record TlsAcceptOptions
{
    /// <summary>The ALPN protocols, preferred first; a client that offers only others is refused. Empty: ALPN is not looked at.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>Let clients resume sessions. Default true; off on port 25, where some senders fail on resumption.</summary>
    public bool AllowResume { get; init; } = true;

    /// <summary>The time for the whole handshake. Default 1 minute.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The oldest protocol: TLS 1.2 (default) or TLS 1.3 only.</summary>
    public SslProtocols MinProtocol { get; init; } = SslProtocols.Tls12;

    /// <summary>Give the default certificate to clients that ask for a name we do not have, instead of refusing them. For port 25. Default false.</summary>
    public bool UnknownNameFallsBack { get; init; }

    /// <summary>Ask for a client certificate, which is not validated: its key is looked up. Default false.</summary>
    public bool RequestClientCertificate { get; init; }
}
