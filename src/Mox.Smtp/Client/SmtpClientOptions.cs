using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mox.Addresses;
using Mox.Net;

namespace Mox.Smtp.Client;

/// <summary>How a client opens a connection and talks on it.</summary>
public sealed record SmtpClientOptions
{
    /// <summary>Our name, for EHLO.</summary>
    public required Domain Hello { get; init; }

    /// <summary>When TLS is used. Default <see cref="SmtpTlsMode.Opportunistic"/>.</summary>
    public SmtpTlsMode Tls { get; init; } = SmtpTlsMode.Opportunistic;

    /// <summary>
    /// The server's name in TLS: asked for (SNI) and looked for in the certificate. Needed where certificates are enforced; null: nothing
    /// is asked for and nothing checked.
    /// </summary>
    public string? TlsName { get; init; }

    /// <summary>With <see cref="SmtpTlsMode.Required"/> and <see cref="SmtpTlsMode.Implicit"/>: a certificate that is not valid is a failure. Default true.</summary>
    public bool VerifyCertificate { get; init; } = true;

    /// <summary>Certificates trusted beside the system's roots. Default none.</summary>
    public IReadOnlyList<X509Certificate2> ExtraRoots { get; init; } = [];

    /// <summary>The oldest TLS spoken: 1.2 (default) or 1.3.</summary>
    public SslProtocols MinimumTls { get; init; } = SslProtocols.Tls12;

    /// <summary>Whom to log in as; null: nobody. A server that then offers no AUTH that we may use is a failure.</summary>
    public SmtpCredentials? Credentials { get; init; }

    /// <summary>PLAIN and LOGIN may be used without TLS: the password is then readable on the way. Default false.</summary>
    public bool AllowPlaintextLogin { get; init; }

    /// <summary>Content with 8-bit octets is not sent to a server without 8BITMIME. Default false: nearly all of them take it.</summary>
    public bool Pedantic { get; init; }

    /// <summary>Longest wait for one reply, or for the server to take what is sent. Default 30 s.</summary>
    public TimeSpan IoTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for the reply to a message's end. Default 10 min (RFC 5321 section 4.5.3.2.6).</summary>
    public TimeSpan EndOfDataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time to open a connection, and for each message. Default 30 min.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Longest TLS handshake. Default 30 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for the reply to QUIT. Default 5 s.</summary>
    public TimeSpan QuitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much of the conversation is traced in the log, at level Trace; asked for each piece. Default nothing.</summary>
    public Func<TraceLevel> Trace { get; init; } = static () => TraceLevel.Off;

    /// <summary>Where measurements go; null: nowhere.</summary>
    public SmtpClientMetrics? Metrics { get; init; }
}
