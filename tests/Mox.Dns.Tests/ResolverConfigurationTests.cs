using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Dns.Upstream;
using Mox.Testing;

namespace Mox.Dns.Tests;

public sealed class ResolverConfigurationTests
{
    [Fact]
    public void Parse_OfAFullFile_TakesServersAndOptions_AndNoSearchDomains()
    {
        var read = ResolverConfiguration.Parse("""
            # made by hand
            ; also a comment
            search example.org corp.example
            nameserver 192.0.2.53
              nameserver	2001:db8::53 # trailing
            nameserver not-an-address
            options ndots:5 timeout:3 rotate
            options attempts:4 trust-ad
            """);
        Assert.Equal(["192.0.2.53:53", "[2001:db8::53]:53"], read.Servers.Select(s => s.ToString()));
        Assert.All(read.Servers, server => Assert.True(server.IsTrusted));
        Assert.Equal((TimeSpan.FromSeconds(3), 4), (read.TryTimeout, read.Attempts));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nameserver\noptions\noptions timeout: attempts:x timeout:-1")]
    public void Parse_WithoutServers_IsThisMachine(string text)
    {
        var read = ResolverConfiguration.Parse(text);
        Assert.Equal(new DnsServer(new IPEndPoint(IPAddress.Loopback, 53), IsTrusted: true), Assert.Single(read.Servers));
        Assert.Equal((TimeSpan.FromSeconds(5), 2), (read.TryTimeout, read.Attempts));
    }

    [Fact]
    public void Parse_OfTooMuch_IsBounded()
    {
        var read = ResolverConfiguration.Parse(
            string.Join('\n', Enumerable.Range(1, 100).Select(i => $"nameserver 192.0.2.{i}")) + "\noptions timeout:4000 attempts:999\n");
        Assert.Equal((8, TimeSpan.FromSeconds(30), 5), (read.Servers.Count, read.TryTimeout, read.Attempts));
        Assert.DoesNotContain(read.Servers, server => server.IsTrusted);
    }

    [Theory]
    [InlineData("127.0.0.53", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.1", false)]
    public void Server_IsTrusted_OnThisMachine(string address, bool trusted) =>
        Assert.Equal(trusted, ResolverConfiguration.Parse($"nameserver {address}").Servers[0].IsTrusted);

    [Fact]
    public void SystemServers_OnThisMachine_AreAtLeastOne() => Assert.InRange(new SystemServers(TimeProvider.System).Current.Servers.Count, 1, 8);

    [Fact]
    public async Task Client_WithAResolvConf_AsksItsServers_AsItSays()
    {
        using TempDirectory folder = new();
        await File.WriteAllTextAsync(folder["resolv.conf"], "nameserver 127.255.255.254\noptions timeout:7 attempts:1\n");
        await using DnsClientFixture dns = new(new DnsClientOptions { ResolvConfFile = folder["resolv.conf"], HostsFile = null });
        var answer = await dns.A("host.example");
        // Nobody is on port 53 of that loopback address.
        Assert.Equal("NetworkError: 127.255.255.254:53 cannot be asked: ConnectionRefused", answer.ToString());
        Assert.Equal(1, dns.Metrics.Sum("mox.dns.queries"));
    }

    [Fact]
    public void Options_ThatCannotBe_AreAllNamedAtOnce()
    {
        DnsClientOptions bad = new()
        {
            TryTimeout = TimeSpan.Zero,
            Attempts = 11,
            Deadline = TimeSpan.Zero,
            MaxConcurrentLookups = 0,
            MaxCacheEntries = -1,
            MaxTtl = TimeSpan.FromSeconds(-1),
            FailureTtl = TimeSpan.FromHours(1),
            Servers = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 53), 9)],
        };
        using MetricRecorder metrics = new();
        var error = Assert.Throws<ArgumentException>(() => new DnsClient(bad, new DnsMetrics(metrics), TimeProvider.System, NullLogger<DnsClient>.Instance));
        Assert.Equal(8, bad.Problems().Count);
        Assert.All(bad.Problems(), problem => Assert.Contains(problem, error.Message, StringComparison.Ordinal));
        Assert.Empty(new DnsClientOptions().Problems());
    }

    [Fact]
    public async Task AddMoxDns_GivesOneResolver_ThatWorks()
    {
        await using var services = new ServiceCollection().AddLogging().AddMetrics().AddMoxDns().BuildServiceProvider();
        var resolver = services.GetRequiredService<IDnsResolver>();
        Assert.Same(services.GetRequiredService<DnsClient>(), resolver);
        Assert.Equal(DnsStatus.Ok, (await resolver.LookupAddressesAsync(DnsName.Parse("localhost"), CancellationToken.None)).Status);
    }
}
