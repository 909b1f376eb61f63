namespace Mox.Net.Tls;

/// <summary>Why a handshake failed, as coarse as .NET lets us know; few values, for metrics.</summary>
public enum TlsHandshakeFailure
{
    /// <summary>The peer closed the connection.</summary>
    Eof,

    /// <summary>The first bytes are not TLS.</summary>
    NotTls,

    /// <summary>The time ran out.</summary>
    Timeout,

    /// <summary>The client asked for a name that we have no certificate for.</summary>
    UnknownServerName,

    /// <summary>The server's certificate is not valid, and had to be.</summary>
    BadCertificate,

    /// <summary>No common protocol version, cipher or ALPN protocol, or an alert of the peer.</summary>
    Refused,

    /// <summary>The connection is being closed by us.</summary>
    Canceled,

    /// <summary>Anything else.</summary>
    Other,
}
