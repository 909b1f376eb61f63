using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config.Editing;

/// <summary>
/// One edit of domains.json: finds things by what they mean, since a key may be written in another case or form than it is asked for, and
/// refuses in words what cannot be.
/// </summary>
/// <param name="text">The text, which says <paramref name="config"/>.</param>
/// <param name="config">What it says before the edit.</param>
internal sealed class DomainsEdit(JsonText text, MoxConfig config)
{
    private static readonly ImmutableArray<ConfigProblem> Done = [];

    public JsonText Text => text;

    public MoxConfig Config => config;

    public static ImmutableArray<ConfigProblem> Refuse(string message, string whatToDo) =>
        [new ConfigProblem(ConfigLoader.DomainsFileName, "", 0, 0, message, whatToDo)];

    public ImmutableArray<ConfigProblem> Set(string json, params ReadOnlySpan<string> path)
    {
        text.Set(path, json);
        return Done;
    }

    public ImmutableArray<ConfigProblem> Remove(params ReadOnlySpan<string> path)
    {
        string shown = string.Join(':', path!);
        return text.Remove(path) ? Done : Refuse($"there is no {shown}", "correct the name");
    }

    /// <summary>Removes a member that may not be there.</summary>
    public ImmutableArray<ConfigProblem> RemoveOption(params ReadOnlySpan<string> path)
    {
        text.Remove(path);
        return Done;
    }

    public AccountConfig? Account(string name) => config.Accounts.GetValueOrDefault(name);

    public ImmutableArray<ConfigProblem> WithAccount(string name, Func<AccountConfig, ImmutableArray<ConfigProblem>> edit) =>
        Account(name) is { } account ? edit(account) : Refuse($"there is no account {name}", "see mox account list");

    /// <summary>An address, or "@domain".</summary>
    public static ImmutableArray<ConfigProblem> WithAddress(string address, Func<DestinationConfig, ImmutableArray<ConfigProblem>> edit)
    {
        if (address.StartsWith('@') && Domain.TryParse(address[1..], out Domain domain))
        {
            return edit(new DestinationConfig { LocalPart = null, Domain = domain });
        }

        return Address.TryParse(address, out Address parsed)
            ? edit(new DestinationConfig { LocalPart = parsed.LocalPart, Domain = parsed.Domain })
            : Refuse($"\"{Files.PlainText.Shown(address)}\" is no address", "write one as in name@example.org, or @example.org");
    }

    /// <summary>The account that has an address as a destination.</summary>
    public (AccountConfig Account, DestinationConfig Destination)? Owner(DestinationConfig asked)
    {
        foreach (AccountConfig account in config.Accounts.Values)
        {
            if (account.Destinations.FirstOrDefault(destination => IsSame(destination, asked)) is { } found)
            {
                return (account, found);
            }
        }

        return null;
    }

    /// <summary>How the file writes a destination.</summary>
    public string KeyOf((AccountConfig Account, DestinationConfig Destination) owner) =>
        text.Keys("Accounts", owner.Account.Name, "Destinations").First(key => IsSame(Destination(key), owner.Destination));

    /// <summary>The first alias that has one of these as a member.</summary>
    public Address? AliasWith(IReadOnlyCollection<DestinationConfig> destinations)
    {
        foreach (AliasConfig alias in config.Domains.Values.SelectMany(domain => domain.Aliases.Values).OrderBy(alias => alias.Address.ToString(), StringComparer.Ordinal))
        {
            if (alias.Addresses.Any(member => destinations.Any(destination => IsSame(Destination(member), destination))))
            {
                return alias.Address;
            }
        }

        return null;
    }

    public static ImmutableArray<ConfigProblem> WithName(string name, Func<Domain, ImmutableArray<ConfigProblem>> edit) =>
        Domain.TryParse(name, out Domain domain) ? edit(domain) : Refuse($"\"{Files.PlainText.Shown(name)}\" is no domain name", "write one as in example.org");

    /// <summary>How the file writes a domain, or null when it is not there.</summary>
    public string? DomainKey(Domain domain) => text.Keys("Domains").FirstOrDefault(key => Domain.TryParse(key, out Domain known) && known == domain);

    public ImmutableArray<ConfigProblem> WithDomain(string name, Func<Domain, string, ImmutableArray<ConfigProblem>> edit) =>
        WithName(name, domain => DomainKey(domain) is { } key ? edit(domain, key) : Refuse($"{domain} is not one of our domains", "see mox domain list"));

    /// <summary>An address at a domain of ours, and how the file writes the domain.</summary>
    public ImmutableArray<ConfigProblem> WithDomainOf(string address, Func<Address, string, ImmutableArray<ConfigProblem>> edit) =>
        Address.TryParse(address, out Address parsed)
            ? WithDomain(parsed.Domain.Unicode, (_, key) => edit(parsed, key))
            : Refuse($"\"{Files.PlainText.Shown(address)}\" is no address", "write one as in name@example.org");

    /// <summary>An alias of the configuration.</summary>
    public AliasConfig? Alias(Address address) =>
        config.Domains.TryGetValue(address.Domain, out DomainConfig? domain)
            ? domain.Aliases.GetValueOrDefault(AddressRules.Canonical(address.LocalPart, domain))
            : null;

    /// <summary>An alias that is there, and its path in the file.</summary>
    public ImmutableArray<ConfigProblem> WithAlias(string alias, Func<string[], ImmutableArray<ConfigProblem>> edit) =>
        WithDomainOf(alias, (address, domainKey) =>
        {
            DomainConfig domain = config.Domains[address.Domain];
            LocalPart canonical = AddressRules.Canonical(address.LocalPart, domain);
            string? key = text.Keys("Domains", domainKey, "Aliases")
                .FirstOrDefault(key => LocalPart.TryParse(key, out LocalPart known) && AddressRules.Canonical(known, domain) == canonical);
            return key is null
                ? Refuse($"there is no alias {address}", "see mox alias list")
                : edit(["Domains", domainKey, "Aliases", key]);
        });

    /// <summary>Whether two texts are the same address here.</summary>
    public bool IsSame(string one, string other) =>
        Address.TryParse(one, out Address first) && Address.TryParse(other, out Address second) && IsSame(Destination(first), Destination(second));

    private bool IsSame(DestinationConfig? one, DestinationConfig? other)
    {
        if (one is null || other is null || one.Domain != other.Domain)
        {
            return false;
        }

        if (one.LocalPart is not { } first || other.LocalPart is not { } second || !config.Domains.TryGetValue(one.Domain, out DomainConfig? domain))
        {
            return one.LocalPart == other.LocalPart;
        }

        return AddressRules.Canonical(first, domain) == AddressRules.Canonical(second, domain);
    }

    private static DestinationConfig? Destination(string key)
    {
        if (key.StartsWith('@'))
        {
            return Domain.TryParse(key[1..], out Domain domain) ? new DestinationConfig { LocalPart = null, Domain = domain } : null;
        }

        return Address.TryParse(key, out Address address) ? Destination(address) : null;
    }

    private static DestinationConfig Destination(Address address) => new() { LocalPart = address.LocalPart, Domain = address.Domain };
}
