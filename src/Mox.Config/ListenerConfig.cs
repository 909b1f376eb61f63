using System.Collections.Immutable;
using System.Net;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>A set of addresses and the services on them. <c>Mox:Listeners:NAME</c>. A service runs when its section is there.</summary>
public sealed record ListenerConfig
{
    /// <summary>The key in the file, used in logs and problems.</summary>
    public required string Name { get; init; }

    /// <summary>Addresses to listen on, at least one. <c>Addresses</c>.</summary>
    public required ImmutableArray<IPAddress> Addresses { get; init; }

    /// <summary>
    /// Proxies that hand connections on to this listener; each must begin its connections with a PROXY header (HAProxy's, version 1 or 2), which
    /// names the client. Others are served without one. Default none. <c>TrustedProxies</c>.
    /// </summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The name that this listener goes by; default the host's. <c>Hostname</c>.</summary>
    public required Domain Hostname { get; init; }

    /// <summary>Certificates, or null: then no STARTTLS and no TLS service. <c>Tls</c>.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>The largest message taken by SMTP and by APPEND, in bytes. Default 100 MiB; past it 552 or NO [TOOBIG]. <c>MaxMessageBytes</c>.</summary>
    public long MaxMessageBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>Mail from outside, or null. <c>Smtp</c>.</summary>
    public SmtpListenerConfig? Smtp { get; init; }

    /// <summary>IMAP that starts in the clear, or null. <c>Imap</c>.</summary>
    public ImapListenerConfig? Imap { get; init; }

    /// <summary>IMAP with TLS from the first byte, or null. <c>Imaps</c>.</summary>
    public ImapsListenerConfig? Imaps { get; init; }

    /// <summary>Mail from users, with STARTTLS, or null. <c>Submission</c>.</summary>
    public SubmissionListenerConfig? Submission { get; init; }

    /// <summary>Mail from users, with TLS from the first byte, or null. <c>Submissions</c>.</summary>
    public SubmissionsListenerConfig? Submissions { get; init; }

    /// <summary>Metrics and health for those who watch this server, or null. <c>Metrics</c>.</summary>
    public MetricsListenerConfig? Metrics { get; init; }

    /// <summary>100 MiB, as in <c>SIZE 104857600</c>.</summary>
    public const long DefaultMaxMessageBytes = 104_857_600;
}

/// <summary>SMTP for mail from outside (RFC 5321). <c>Smtp</c> of a listener.</summary>
public sealed record SmtpListenerConfig
{
    /// <summary>Default 25. <c>Port</c>.</summary>
    public int Port { get; init; } = 25;

    /// <summary>Whether STARTTLS (RFC 3207) is offered; default it is when there is a certificate. <c>StartTls</c>.</summary>
    public StartTlsMode StartTls { get; init; } = StartTlsMode.Offered;

    /// <summary>Whether TLS sessions may be resumed; default false, because some large senders fail on it. <c>TlsResume</c>.</summary>
    public bool TlsResume { get; init; }

    /// <summary>Refuse a message with any bare LF in DATA, instead of storing it as CRLF; default false. <c>RefuseBareLf</c>.</summary>
    public bool RefuseBareLf { get; init; }
}

/// <summary>What a service does with STARTTLS.</summary>
public enum StartTlsMode
{
    /// <summary>Announced when the listener has a certificate.</summary>
    Offered,

    /// <summary>Announced, and mail is refused without it (530 5.7.0).</summary>
    Required,

    /// <summary>Not announced.</summary>
    Off,
}

/// <summary>IMAP that starts in the clear, with STARTTLS when there is a certificate. <c>Imap</c> of a listener.</summary>
public sealed record ImapListenerConfig
{
    /// <summary>Default 143. <c>Port</c>.</summary>
    public int Port { get; init; } = 143;

    /// <summary>Take passwords without TLS; default false: LOGINDISABLED until STARTTLS. <c>AllowPlaintextLogin</c>.</summary>
    public bool AllowPlaintextLogin { get; init; }
}

/// <summary>IMAP with TLS from the first byte (RFC 8314 section 3.2). <c>Imaps</c> of a listener; needs <c>Tls</c>.</summary>
public sealed record ImapsListenerConfig
{
    /// <summary>Default 993. <c>Port</c>.</summary>
    public int Port { get; init; } = 993;
}

/// <summary>Message submission that starts in the clear (RFC 6409), with STARTTLS when there is a certificate. <c>Submission</c> of a listener.</summary>
public sealed record SubmissionListenerConfig
{
    /// <summary>Default 587. <c>Port</c>.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Take passwords without TLS; default false: no AUTH before STARTTLS. <c>AllowPlaintextLogin</c>.</summary>
    public bool AllowPlaintextLogin { get; init; }
}

/// <summary>Message submission with TLS from the first byte (RFC 8314 section 3.3). <c>Submissions</c> of a listener; needs <c>Tls</c>.</summary>
public sealed record SubmissionsListenerConfig
{
    /// <summary>Default 465. <c>Port</c>.</summary>
    public int Port { get; init; } = 465;
}

/// <summary>/metrics and /healthz by plain HTTP, without a login: for an address that outsiders cannot reach. <c>Metrics</c> of a listener.</summary>
public sealed record MetricsListenerConfig
{
    /// <summary>Default 8010. <c>Port</c>.</summary>
    public int Port { get; init; } = 8010;
}
