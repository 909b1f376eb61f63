using Mox.Addresses;
using Mox.Config;

namespace Mox.FunctionalTests;

/// <summary>More accounts, an alias over them, and the address mox@here.example, whose domain can be looked up.</summary>
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
        Domain here = Domain.Parse("here.example");
        AccountConfig mox = config.Accounts["mox"];
        mox = mox with { Destinations = mox.Destinations.Add(new DestinationConfig { LocalPart = LocalPart.Parse("mox"), Domain = here }) };
        DomainConfig domain = config.Domains[localhost];
        return config with
        {
            Accounts = config.Accounts.SetItem("mox", mox),
            Domains = config.Domains
                .SetItem(localhost, domain with { Aliases = domain.Aliases.Add(team.Address.LocalPart, team) })
                .Add(here, new DomainConfig { Name = here }),
        };
    }
}
