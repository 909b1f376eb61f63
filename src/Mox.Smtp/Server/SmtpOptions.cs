using System.Security.Authentication;

namespace Mox.Smtp.Server;

/// <summary>How one SMTP listener behaves. Immutable while it runs.</summary>
public sealed class SmtpOptions
{
    /// <summary>Longest line of an AUTH exchange in bytes with its CRLF (RFC 4954 section 4); over it 500 5.5.6.</summary>
    public const int MaxAuthLineBytes = 12_288;

    /// <summary>What the listener is for. Default mail from other servers.</summary>
    public SmtpServiceKind Kind { get; init; } = SmtpServiceKind.Deliver;

    /// <summary>Our name: in the greeting, in EHLO and in Received.</summary>
    public required string Hostname { get; init; }

    /// <summary>Largest message in bytes, as SIZE announces it (RFC 1870). Default 104857600; over it 552.</summary>
    public long MaxMessageBytes { get; init; } = 104_857_600;

    /// <summary>Most recipients a transaction, as LIMITS announces it (RFC 9422). Default 1000; over it 452 5.5.3.</summary>
    public int MaxRecipients { get; init; } = 1000;

    /// <summary>Longest command line in bytes with its CRLF. Default 2048; over it 500 5.5.2 (RFC 5321 section 4.5.3.1.4 asks for 512 and more with extensions).</summary>
    public int MaxCommandBytes { get; init; } = 2048;

    /// <summary>Most BDAT chunks a message, so that tiny chunks cost the sender more than us. Default 50000, enough for 100 MB in chunks of 2 KB; over it 552 and close.</summary>
    public int MaxChunks { get; init; } = 50_000;

    /// <summary>Most Received fields before a message is taken for a loop. Default 100 (RFC 5321 section 6.3); over it 550 5.4.6.</summary>
    public int MaxReceivedFields { get; init; } = 100;

    /// <summary>Most unknown, malformed or misplaced commands a connection. Default 20; then 421 and close.</summary>
    public int MaxBadCommands { get; init; } = 20;

    /// <summary>Most transactions that end without a delivery while none has succeeded. Default 10; then 550 5.1.0 and close.</summary>
    public int MaxFailedTransactions { get; init; } = 10;

    /// <summary>Most commands between two deliveries that bring no mail nearer (NOOP, RSET, EHLO, VRFY, refused ones). Default 10000; then 421 and close.</summary>
    public int MaxIdleCommands { get; init; } = 10_000;

    /// <summary>Longest wait for a command, and for each part of the content. Default 30 s; then 421 4.4.2.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for the client to take our replies. Default 30 s; then the connection is cut.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for the content of one message, all chunks together. Default 30 min; then 421 4.4.2.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Longest TLS handshake. Default 1 min.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Connection limits, slow mode and waits before bad answers are on. Default true; <c>--no-limits</c> turns it off.</summary>
    public bool Limits { get; init; } = true;

    /// <summary>Strict grammar: no leniency in commands, 8BITMIME and SMTPUTF8 demanded where needed, local parts of 64 octets. Default false.</summary>
    public bool Pedantic { get; init; }

    /// <summary>Refuses every bare line feed in DATA, not only those around a lone dot. Default false: it is stored as CRLF.</summary>
    public bool RefuseBareLineFeed { get; init; }

    /// <summary>TLS begins with the connection (port 465), not by STARTTLS. Default false.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>TLS can be started, if the listener has certificates. Default true.</summary>
    public bool StartTls { get; init; } = true;

    /// <summary>The oldest TLS taken: 1.2 (default) or 1.3.</summary>
    public SslProtocols MinimumTls { get; init; } = SslProtocols.Tls12;

    /// <summary>TLS sessions can be resumed. Default false: some large senders fail on it.</summary>
    public bool TlsResume { get; init; }

    /// <summary>Mail and logins are refused without TLS, by 530 5.7.0. Default false: port 25 must take clear text (RFC 3207 section 4).</summary>
    public bool RequireStartTls { get; init; }

    /// <summary>Passwords may be sent without TLS (PLAIN, LOGIN). Default false: 538 5.7.11 until TLS is on. Submission only.</summary>
    public bool AllowPlaintextLogin { get; init; }

    /// <summary>Most failed logins a connection. Default 10; then 421 and close. Submission only.</summary>
    public int MaxFailedLogins { get; init; } = 10;

    /// <summary>The longest that a message is held back (FUTURERELEASE, RFC 4865). Default 60 days; past it 554 5.5.4. Submission only.</summary>
    public TimeSpan MaxHold { get; init; } = TimeSpan.FromDays(60);
}
