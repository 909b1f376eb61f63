using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;

namespace Mox.Queue.Tests;

public class RouteTests
{
    [Theory]
    [InlineData("alice", "example.org", "far.example", 0, "account")]
    [InlineData("bob", "example.org", "far.example", 0, "domain")]
    [InlineData("bob", "paused.example", "far.example", 0, null)]
    [InlineData("bob", "paused.example", "far.example", 3, "late")]
    [InlineData("bob", "paused.example", "sub.tree.example", 0, "tree")]
    [InlineData("bob", "paused.example", "example.org", 5, "local")]
    [InlineData("bob", "paused.example", "mx.example.org", 5, "local")]
    [InlineData("alice", "paused.example", "paused.example", 0, "named")]
    public void Routes_AreAskedInOrder_AndOurDomainsStayUnlessTheyAreNamed(string account, string sender, string to, int attempts, string? transport)
    {
        MoxConfig config = TestQueue.Config();
        Domain ours = Domain.Parse("example.org");
        config = config with
        {
            Accounts = config.Accounts.SetItem("alice", config.Accounts["alice"] with
            {
                Routes = [new RouteConfig { Transport = "named", ToDomains = [new DomainPattern(Domain.Parse("paused.example"), false)] }, new RouteConfig { Transport = "account" }],
            }),
            Domains = config.Domains.SetItem(ours, config.Domains[ours] with { Routes = [new RouteConfig { Transport = "domain" }] }),
            Routes =
            [
                new RouteConfig { Transport = "tree", ToDomains = [new DomainPattern(Domain.Parse("tree.example"), true)] },
                new RouteConfig { Transport = "late", MinimumAttempts = 3 },
            ],
        };
        using LiveConfig live = LiveConfig.Fixed(config);
        var table = new RouteTable(live);
        Assert.Equal(transport, table.Pick(account, Domain.Parse(sender), new SmtpHost(Domain.Parse(to)), attempts));
        Assert.Equal("local", new RouteTable(live, allIsLocal: true).Pick(account, Domain.Parse(sender), new SmtpHost(Domain.Parse(to)), attempts));
    }

    [Fact]
    public async Task NoRoute_Bounces_AndSaysWhatToConfigure()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Live.Replace(test.Live.Current with { Routes = [] });
        await test.AddAsync(1, "x@example.net");
        await test.EmptyAsync();
        Assert.Contains("no route to example.net: configure Mox:Transports and Routes", Assert.Single(await test.InboxAsync("alice")), StringComparison.Ordinal);
    }
}
