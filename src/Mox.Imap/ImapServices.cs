using System.Collections.Immutable;
using Mox.Net;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Store;

namespace Mox.Imap;

/// <summary>What an IMAP listener works with; one bundle for all connections.</summary>
public sealed record ImapServices
{
    /// <summary>The accounts and their mail.</summary>
    public required AccountStore Accounts { get; init; }

    /// <summary>Logs clients in, applies limits to that, and records attempts.</summary>
    public required IAuthenticator Authenticator { get; init; }

    /// <summary>Where connections are noted by the account that has logged in, to be ended when it may not log in any more; null where nobody looks.</summary>
    public LoginSessions? Sessions { get; init; }

    /// <summary>Certificates for STARTTLS and implicit TLS; null where TLS is not set up, and then STARTTLS is not announced.</summary>
    public ServerCertificates? Certificates { get; init; }

    /// <summary>Limits on connections by network; null for none.</summary>
    public ConnectionLimits? ConnectionLimits { get; init; }

    /// <summary>Numbers the connections, in common with the other servers of the process.</summary>
    public required ConnectionIdSource ConnectionIds { get; init; }

    /// <summary>Capabilities that an account's clients cannot bear: not announced to it once it has logged in. Default none.</summary>
    public Func<string, ImmutableArray<string>> CapabilitiesDisabled { get; init; } = static _ => [];

    /// <summary>Mailboxes that an account's addresses deliver to: besides the Inbox and those below it they are its inboxes (RFC 5465 section 6.3). Default none.</summary>
    public Func<string, IEnumerable<string>> DeliveryMailboxes { get; init; } = static _ => [];

    /// <summary>Whose turn it is to sort.</summary>
    internal Sorting.SortTurns SortTurns { get; } = new();

    /// <summary>Counters.</summary>
    public required ImapMetrics Metrics { get; init; }

    /// <summary>The clock of all timeouts.</summary>
    public required TimeProvider Time { get; init; }
}
