using Mox.Addresses;
using Mox.Config;

namespace Mox.FunctionalTests;

/// <summary>More accounts, and an alias over them.</summary>
internal static class WithAccounts
{
    public static MoxConfig Add(MoxConfig config)
    {
        Domain localhost = Domain.Parse("localhost");
        foreach (string name in (string[])["anna", "ben"])
        {
            var destination = new DestinationConfig { LocalPart = LocalPart.Parse(name), Domain = localhost };
            config = config with { Accounts = config.Accounts.Add(name, new AccountConfig { Name = name, Destinations = [destination] }) };
        }

        var team = new AliasConfig { Address = Address.Parse("team@localhost"), Addresses = [Address.Parse("anna@localhost"), Address.Parse("ben@localhost")] };
        DomainConfig domain = config.Domains[localhost];
        return config with
        {
            Domains = config.Domains.SetItem(localhost, domain with { Aliases = domain.Aliases.Add(team.Address.LocalPart, team) }),
        };
    }
}
