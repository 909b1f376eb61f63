using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>What an address of a RCPT TO leads to.</summary>
public abstract record Resolution
{
    private Resolution()
    {
    }

    /// <summary>One account.</summary>
    /// <param name="Account">Whose.</param>
    /// <param name="Mailbox">The name of the mailbox that it goes to.</param>
    /// <param name="Canonical">The configured form (case rule applied, cut at a separator); for a catchall the address asked for, in its canonical form.</param>
    public sealed record ToAccount(AccountConfig Account, string Mailbox, Address Canonical) : Resolution;

    /// <summary>An alias: each member is resolved and of an account; at least one.</summary>
    public sealed record ToAlias(AliasConfig Alias, ImmutableArray<ToAccount> Members) : Resolution;

    /// <summary>A domain of ours, but nobody there has this name.</summary>
    public sealed record UnknownUser : Resolution;

    /// <summary>Not a domain of ours: taking it would be relaying.</summary>
    public sealed record UnknownDomain : Resolution;

    /// <summary>The domain is disabled for now (450 4.2.1).</summary>
    public sealed record DisabledDomain : Resolution;

    /// <summary>The destination is configured to refuse (<c>SmtpError</c>).</summary>
    public sealed record Refused(DestinationError Error) : Resolution;
}
