namespace Mox.Smtp.Client;

/// <summary>When a client uses TLS.</summary>
public enum SmtpTlsMode
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>By STARTTLS when it is offered; the certificate is looked at, not enforced (RFC 7435).</summary>
    Opportunistic,

    /// <summary>By STARTTLS, or not at all; with a valid certificate.</summary>
    Required,

    /// <summary>From the first byte (RFC 8314 section 3.3); with a valid certificate.</summary>
    Implicit,
}
