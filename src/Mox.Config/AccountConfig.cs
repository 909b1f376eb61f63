using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>An account: a person's mail. <c>Accounts:NAME</c> of domains.json.</summary>
public sealed record AccountConfig
{
    /// <summary>The key in the file, and the name of its directory.</summary>
    public required string Name { get; init; }

    /// <summary>Its addresses and catchalls. <c>Destinations</c>.</summary>
    public ImmutableArray<DestinationConfig> Destinations { get; init; } = [];

    /// <summary>When set, logins are refused with this text (ASCII, under 256 characters); mail still comes in. <c>LoginDisabled</c>.</summary>
    public string? LoginDisabled { get; init; }

    /// <summary>Total message size in bytes; 0 takes that of all accounts (default), negative is no limit. <c>QuotaBytes</c>.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Number of messages; 0 takes that of all accounts (default), negative is no limit. <c>QuotaMessages</c>.</summary>
    public long QuotaMessages { get; init; }

    /// <summary>IMAP capabilities not announced to this account once it has logged in, upper-case; for clients that cannot bear them. <c>ImapCapabilitiesDisabled</c>.</summary>
    public ImmutableArray<string> ImapCapabilitiesDisabled { get; init; } = [];

    /// <summary>Most recipients of messages that it sends in 24 hours; past it 451. Default 1000, -1 is no limit. <c>MaxOutgoingMessagesPerDay</c>.</summary>
    public int MaxOutgoingMessagesPerDay { get; init; } = 1000;

    /// <summary>
    /// Most recipients in 24 hours that it never wrote to before: the sign of a stolen password; past it 451. Default 200, -1 is no limit.
    /// <c>MaxFirstTimeRecipientsPerDay</c>.
    /// </summary>
    public int MaxFirstTimeRecipientsPerDay { get; init; } = 200;

    /// <summary>Routes for mail that this account sends, before all others. <c>Routes</c>.</summary>
    public ImmutableArray<RouteConfig> Routes { get; init; } = [];
}

/// <summary>An address of an account, or the catchall of a domain. <c>Destinations:ADDRESS</c>, where "@domain" is the catchall.</summary>
public sealed record DestinationConfig
{
    /// <summary>The localpart as configured, or null for the catchall of the domain.</summary>
    public required LocalPart? LocalPart { get; init; }

    /// <summary>A domain of ours.</summary>
    public required Domain Domain { get; init; }

    /// <summary>The mailbox that its mail goes to. Default Inbox. <c>Mailbox</c>.</summary>
    public string Mailbox { get; init; } = "Inbox";

    /// <summary>When set, RCPT TO is refused: a hole in a catchall. <c>SmtpError</c>.</summary>
    public DestinationError? SmtpError { get; init; }

    /// <inheritdoc/>
    public override string ToString() => LocalPart is { } local ? new Address(local, Domain).ToString() : "@" + Domain;
}

/// <summary>A refusal: "421 text" is temporary (451 4.3.0), "550 text" is for good (550 5.1.1).</summary>
public sealed record DestinationError(bool IsTemporary, string Text);
