using Mox.Addresses;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>Every address leads to one place, and none can be mistaken for another.</summary>
internal sealed class AddressUniqueness(MoxConfig config, ProblemList problems)
{
    private readonly Dictionary<Address, (string Path, DestinationConfig? Destination)> _canonical = [];
    private readonly Dictionary<(string Skeleton, Domain Domain), string> _skeletons = [];
    private readonly Dictionary<Domain, string> _catchalls = [];

    public void Validate()
    {
        foreach (AccountConfig account in config.Accounts.Values.OrderBy(account => account.Name, StringComparer.Ordinal))
        {
            foreach (DestinationConfig destination in account.Destinations)
            {
                Destination(destination, $"Accounts:{account.Name}:Destinations:{destination}");
            }
        }

        IReadOnlyList<AliasConfig> aliases = [.. config.Domains.Values.SelectMany(domain => domain.Aliases.Values)];
        foreach (AliasConfig alias in aliases)
        {
            Add(alias.Address, PathOf(alias), null);
        }

        foreach (AliasConfig alias in aliases)
        {
            Members(alias);
        }
    }

    private static string PathOf(AliasConfig alias) => $"Domains:{alias.Address.Domain}:Aliases:{alias.Address.LocalPart}";

    private void Destination(DestinationConfig destination, string path)
    {
        if (!config.Domains.ContainsKey(destination.Domain))
        {
            problems.Add(path, $"{destination.Domain} is not one of our domains", $"add it to Domains: \"{destination.Domain}\": {{}}");
        }
        else if (destination.LocalPart is { } localPart)
        {
            Add(new Address(localPart, destination.Domain), path, destination);
        }
        else if (!_catchalls.TryAdd(destination.Domain, path))
        {
            problems.Add(path, $"{_catchalls[destination.Domain]} already takes the rest of the mail for this domain", "keep one of the two");
        }
    }

    private void Add(Address address, string path, DestinationConfig? destination)
    {
        DomainConfig domain = config.Domains[address.Domain];
        string value = address.LocalPart.Value;
        foreach (string separator in domain.LocalPartSeparators.Where(separator => separator.Length > 0))
        {
            if (value.Contains(separator, StringComparison.Ordinal))
            {
                problems.Add(path, $"contains the separator \"{separator}\" of its domain", "configure the part before it: mail for the rest goes there too");
                return;
            }
        }

        string skeleton = AddressRules.Skeleton(value, domain.LocalPartCaseSensitive);
        Address canonical = new(AddressRules.Canonical(address.LocalPart, domain), address.Domain);
        if (AddressRules.HasUnseen(value))
        {
            problems.Add(path, "has characters that do not show", "write it without them");
        }
        else if (!_canonical.TryAdd(canonical, (path, destination)))
        {
            problems.Add(path, $"is the same address as {_canonical[canonical].Path}", "an address leads to one place: keep one of the two");
        }
        else if (!_skeletons.TryAdd((skeleton, address.Domain), path))
        {
            problems.Add(path, $"can be mistaken for {_skeletons[(skeleton, address.Domain)]}", "choose a name that does not look like another");
        }
    }

    private void Members(AliasConfig alias)
    {
        string path = PathOf(alias) + ":Addresses";
        var seen = new HashSet<Address>();
        foreach (Address member in alias.Addresses)
        {
            if (!config.Domains.TryGetValue(member.Domain, out DomainConfig? domain)
                || !_canonical.TryGetValue(new Address(AddressRules.Canonical(member.LocalPart, domain), member.Domain), out (string Path, DestinationConfig? Destination) found)
                || found.Destination is null)
            {
                problems.Add(path, $"{member} is not an address of an account", "list addresses that accounts have as destinations: no aliases, no catchalls, nothing outside");
            }
            else if (found.Destination.SmtpError is not null)
            {
                problems.Add(path, $"{member} refuses mail", "remove it from the alias, or its SmtpError");
            }
            else if (!seen.Add(new Address(AddressRules.Canonical(member.LocalPart, domain), member.Domain)))
            {
                problems.Add(path, $"{member} is listed twice", "keep one of the two");
            }
        }
    }
}
