using System.Collections.Frozen;
using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>
/// Says where mail for an address goes. Pure, over one snapshot. The order: postmaster of the host, domain known and enabled, explicit
/// destination, alias, catchall, postmaster of the domain.
/// </summary>
public sealed class AddressResolver
{
    private const string Postmaster = "postmaster";
    private readonly MoxConfig _config;
    private readonly AccountConfig _postmaster;
    private readonly FrozenSet<Domain> _hostnames;
    private readonly FrozenDictionary<Address, (AccountConfig Account, DestinationConfig Destination)> _explicit;
    private readonly FrozenDictionary<Domain, (AccountConfig Account, DestinationConfig Destination)> _catchalls;
    private readonly FrozenDictionary<Address, Resolution.ToAlias> _aliases;

    /// <summary>Indexes the addresses of a validated configuration.</summary>
    /// <exception cref="ArgumentException">The configuration was not validated: an address is configured twice, or an account is missing.</exception>
    public AddressResolver(MoxConfig config)
    {
        _config = config;
        _postmaster = config.Accounts.GetValueOrDefault(config.Postmaster.Account)
            ?? throw new ArgumentException("The account for postmaster does not exist.", nameof(config));
        _hostnames = config.Listeners.Select(listener => listener.Hostname).Append(config.Hostname).ToFrozenSet();

        var named = new Dictionary<Address, (AccountConfig, DestinationConfig)>();
        var catchalls = new Dictionary<Domain, (AccountConfig, DestinationConfig)>();
        foreach (AccountConfig account in config.Accounts.Values)
        {
            foreach (DestinationConfig destination in account.Destinations)
            {
                if (destination.LocalPart is not { } localPart)
                {
                    catchalls.Add(destination.Domain, (account, destination));
                }
                else if (config.Domains.TryGetValue(destination.Domain, out DomainConfig? domain))
                {
                    named.Add(new Address(AddressRules.Canonical(localPart, domain), domain.Name), (account, destination));
                }
            }
        }

        _explicit = named.ToFrozenDictionary();
        _catchalls = catchalls.ToFrozenDictionary();
        _aliases = config.Domains.Values.SelectMany(domain => domain.Aliases.Values)
            .ToFrozenDictionary(alias => Canonical(alias.Address), alias => new Resolution.ToAlias(alias, Members(alias)));
    }

    /// <summary>Where mail for this address goes; no domain is what <c>RCPT TO:&lt;Postmaster&gt;</c> has.</summary>
    public Resolution Resolve(LocalPart localPart, Domain? domainName)
    {
        bool isPostmaster = localPart.Value.Equals(Postmaster, StringComparison.OrdinalIgnoreCase);
        // Mail for the postmaster of the host is always taken (RFC 5321 section 4.5.1).
        if (isPostmaster && (domainName is null || _hostnames.Contains(domainName.Value)))
        {
            return ToPostmaster(new Address(LocalPart.Parse(Postmaster), domainName ?? _config.Hostname));
        }

        if (domainName is not { } name || !_config.Domains.TryGetValue(name, out DomainConfig? domain))
        {
            return new Resolution.UnknownDomain();
        }

        if (domain.Disabled)
        {
            return new Resolution.DisabledDomain();
        }

        var canonical = new Address(AddressRules.Canonical(localPart, domain), name);
        if (_explicit.TryGetValue(canonical, out (AccountConfig Account, DestinationConfig Destination) found))
        {
            return Deliver(found, canonical);
        }

        if (_aliases.TryGetValue(canonical, out Resolution.ToAlias? alias))
        {
            return alias;
        }

        if (_catchalls.TryGetValue(name, out found))
        {
            return Deliver(found, canonical);
        }

        bool isPostmasterHere = canonical.LocalPart.Value.Equals(Postmaster, StringComparison.OrdinalIgnoreCase);
        return isPostmasterHere ? ToPostmaster(canonical) : new Resolution.UnknownUser();
    }

    /// <summary>
    /// The account that this login address belongs to, or null. A login may be any address of the account, also through a separator or a
    /// catchall, but not an alias; mail for it may be refused and its domain disabled.
    /// </summary>
    public Resolution.ToAccount? ResolveLogin(Address login)
    {
        if (!_config.Domains.ContainsKey(login.Domain))
        {
            return null;
        }

        Address canonical = Canonical(login);
        bool isFound = _explicit.TryGetValue(canonical, out (AccountConfig Account, DestinationConfig Destination) found)
            || (!_aliases.ContainsKey(canonical) && _catchalls.TryGetValue(login.Domain, out found));
        return isFound ? new Resolution.ToAccount(found.Account, found.Destination.Mailbox, canonical) : null;
    }

    private static Resolution Deliver((AccountConfig Account, DestinationConfig Destination) found, Address canonical) =>
        found.Destination.SmtpError is { } error
            ? new Resolution.Refused(error)
            : new Resolution.ToAccount(found.Account, found.Destination.Mailbox, canonical);

    private Resolution.ToAccount ToPostmaster(Address canonical) => new(_postmaster, _config.Postmaster.Mailbox, canonical);

    private Address Canonical(Address address) =>
        new(AddressRules.Canonical(address.LocalPart, _config.Domains[address.Domain]), address.Domain);

    private ImmutableArray<Resolution.ToAccount> Members(AliasConfig alias)
    {
        ImmutableArray<Resolution.ToAccount>.Builder members = ImmutableArray.CreateBuilder<Resolution.ToAccount>();
        foreach (Address address in alias.Addresses)
        {
            Address canonical = Canonical(address);
            if (!_explicit.TryGetValue(canonical, out (AccountConfig Account, DestinationConfig Destination) found))
            {
                throw new ArgumentException($"Alias {alias.Address} has a member that is no address of an account: {address}.");
            }

            members.Add(new Resolution.ToAccount(found.Account, found.Destination.Mailbox, canonical));
        }

        return members.ToImmutable();
    }
}
