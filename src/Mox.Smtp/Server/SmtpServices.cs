using Mox.Net;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Net.Tls;

namespace Mox.Smtp.Server;

/// <summary>What an SMTP listener works with; one bundle for all connections.</summary>
public sealed record SmtpServices
{
    /// <summary>Receives mail from outside; a listener of kind <see cref="SmtpServiceKind.Deliver"/> needs it.</summary>
    public IInboundMail? Inbound { get; init; }

    /// <summary>Sends mail of our users; a listener of kind <see cref="SmtpServiceKind.Submit"/> needs it.</summary>
    public ISubmission? Submission { get; init; }

    /// <summary>Logs users in, applies limits to that, and records attempts; a listener of kind <see cref="SmtpServiceKind.Submit"/> needs it.</summary>
    public IAuthenticator? Authenticator { get; init; }

    /// <summary>Where connections are noted by the account that has logged in, to be ended when it may not log in any more; null where nobody looks.</summary>
    public LoginSessions? Sessions { get; init; }

    /// <summary>Certificates for TLS; null where TLS is not set up, and then STARTTLS is not announced.</summary>
    public ServerCertificates? Certificates { get; init; }

    /// <summary>Limits on connections by network; null for none.</summary>
    public ConnectionLimits? ConnectionLimits { get; init; }

    /// <summary>Numbers the connections; one source for all protocols.</summary>
    public required ConnectionIdSource ConnectionIds { get; init; }

    /// <summary>Enciphers connection ids for the outside.</summary>
    public required ReceivedIdCipher ReceivedIds { get; init; }

    /// <summary>How much of the conversation is traced in the log, at level Trace; asked for each piece. Default nothing.</summary>
    public Func<TraceLevel> Trace { get; init; } = static () => TraceLevel.Off;

    /// <summary>Counters.</summary>
    public required SmtpMetrics Metrics { get; init; }

    /// <summary>The clock of all timeouts.</summary>
    public required TimeProvider Time { get; init; }
}
