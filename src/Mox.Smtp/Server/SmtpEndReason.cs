namespace Mox.Smtp.Server;

/// <summary>Why a connection ended: one word for the log and for the metric.</summary>
internal enum SmtpEndReason
{
    /// <summary>The client said QUIT.</summary>
    Quit,

    /// <summary>The client closed, or the connection broke.</summary>
    PeerGone,

    /// <summary>Nothing came, or was taken, in time.</summary>
    Timeout,

    /// <summary>The host stops.</summary>
    Shutdown,

    /// <summary>The account may not log in any more.</summary>
    Revoked,

    /// <summary>Refused at once because of connection limits.</summary>
    Limited,

    /// <summary>The first command was not SMTP.</summary>
    NotSmtp,

    /// <summary>Too many bad or useless commands.</summary>
    Abuse,

    /// <summary>Too many failed logins.</summary>
    FailedLogins,

    /// <summary>The stream cannot be followed any more: an endless line, a message far too large, a malformed BDAT.</summary>
    Protocol,

    /// <summary>The TLS handshake failed, or clear text was injected before it.</summary>
    Tls,

    /// <summary>Our own fault.</summary>
    Error,
}
