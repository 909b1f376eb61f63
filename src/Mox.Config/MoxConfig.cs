using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>The whole configuration, validated: what the two files say, or what code built. Immutable; a change is a new snapshot.</summary>
public sealed record MoxConfig
{
    /// <summary>The full name of this host: greeting, Received headers, the default name of listeners. <c>Mox:Hostname</c>.</summary>
    public required Domain Hostname { get; init; }

    /// <summary>Absolute path of the data directory (mode 0700). <c>Mox:DataDirectory</c>, relative to the configuration directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What is logged and how. <c>Mox:Log</c>.</summary>
    public LogConfig Log { get; init; } = new();

    /// <summary>Strict grammar in protocols: for testing clients. Default false. <c>Mox:Pedantic</c>.</summary>
    public bool Pedantic { get; init; }

    /// <summary>Limits for connections and failed logins. <c>Mox:Limits</c>.</summary>
    public LimitsConfig Limits { get; init; } = new();

    /// <summary>Addresses and services, sorted by name. At least one. <c>Mox:Listeners</c>.</summary>
    public required ImmutableArray<ListenerConfig> Listeners { get; init; }

    /// <summary>Who gets mail for postmaster (RFC 5321 section 4.5.1). <c>Mox:Postmaster</c>.</summary>
    public required PostmasterConfig Postmaster { get; init; }

    /// <summary>The mailboxes of a new account. <c>Mox:InitialMailboxes</c>.</summary>
    public InitialMailboxesConfig InitialMailboxes { get; init; } = new();

    /// <summary>Total message size of an account in bytes; 0 is no limit, the default. <c>Mox:QuotaBytes</c>.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Number of messages of an account; 0 is no limit, the default. <c>Mox:QuotaMessages</c>.</summary>
    public long QuotaMessages { get; init; }

    /// <summary>How mail leaves, by name (ordinal). Routes choose one. <c>Mox:Transports</c>.</summary>
    public ImmutableDictionary<string, TransportConfig> Transports { get; init; } = ImmutableDictionary<string, TransportConfig>.Empty;

    /// <summary>How the queue tries. <c>Mox:Queue</c>.</summary>
    public QueueConfig Queue { get; init; } = new();

    /// <summary>Whom names are asked of. <c>Mox:Dns</c>.</summary>
    public DnsConfig Dns { get; init; } = new();

    /// <summary>Where metrics, traces and logs are sent. <c>Mox:Telemetry</c>.</summary>
    public TelemetryConfig Telemetry { get; init; } = new();

    /// <summary>The domains that are ours. <c>Domains</c> of domains.json.</summary>
    public ImmutableDictionary<Domain, DomainConfig> Domains { get; init; } = ImmutableDictionary<Domain, DomainConfig>.Empty;

    /// <summary>The accounts by name (ordinal). <c>Accounts</c> of domains.json.</summary>
    public ImmutableDictionary<string, AccountConfig> Accounts { get; init; } = ImmutableDictionary<string, AccountConfig>.Empty;

    /// <summary>
    /// Routes for all mail that leaves, after those of the account and of the sender's domain; the first that fits is taken. <c>Routes</c> of
    /// domains.json.
    /// </summary>
    public ImmutableArray<RouteConfig> Routes { get; init; } = [];

    /// <summary>
    /// The domain whose keys sign mail from a domain: itself, or else the nearest above it that is ours and says how its mail is signed. Null
    /// when that one does not sign, or there is none.
    /// </summary>
    public DomainConfig? SignerOf(Domain author)
    {
        for (Domain at = author; !at.IsEmpty; at = at.Parent())
        {
            if (Domains.TryGetValue(at, out DomainConfig? domain) && domain.Dkim is { } dkim)
            {
                return dkim.Sign.IsEmpty ? null : domain;
            }
        }

        return null;
    }

    /// <summary>The quota of an account in bytes, or null for none: its own, else that of all accounts.</summary>
    public long? QuotaOf(string accountName)
    {
        long own = Accounts.TryGetValue(accountName, out AccountConfig? account) ? account.QuotaBytes : 0;
        return Quota(own, QuotaBytes);
    }

    /// <summary>How many messages an account may have, or null for no limit: its own limit, else that of all accounts.</summary>
    public long? QuotaMessagesOf(string accountName)
    {
        long own = Accounts.TryGetValue(accountName, out AccountConfig? account) ? account.QuotaMessages : 0;
        return Quota(own, QuotaMessages);
    }

    private static long? Quota(long own, long ofAll)
    {
        long quota = own != 0 ? own : ofAll;
        return quota > 0 ? quota : null;
    }
}
