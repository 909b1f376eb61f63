using System.Net;
using Mox.Testing;

namespace Mox.Dns.Tests;

/// <summary>What is remembered and for how long, in the cache and through the resolver.</summary>
public sealed class DnsCacheTests
{
    private static readonly DnsAnswer<IPAddress> Answer = new() { Status = DnsStatus.Ok, CanonicalName = DnsName.Root, Ttl = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Query_Answered_IsRememberedForItsTtl()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Address("host.example", "192.0.2.1", ttl: 100).Authentic());
        await using DnsClientFixture dns = new(server);
        await dns.A("host.example");
        dns.Time.Advance(TimeSpan.FromSeconds(99.5));
        var again = await dns.A("Host.Example.");
        Assert.Equal(("Ok (authentic) 192.0.2.1", TimeSpan.FromSeconds(0.5)), (again.ToString(), again.Ttl));
        Assert.Single(server.Queries);
        Assert.Equal(1, dns.Metrics.Sum("mox.dns.cache.hits", ("dns.type", "A")));
        await dns.Client.QueryAsync(DnsName.Parse("host.example"), DnsRecordTypes.Aaaa, CancellationToken.None);
        Assert.Equal(2, server.Queries.Count);
        dns.Time.Advance(TimeSpan.FromSeconds(0.5));
        await dns.A("host.example");
        Assert.Equal(3, server.Queries.Count);
    }

    [Theory]
    [InlineData(0, 300, 60, 60)]
    [InlineData(3, 20, 60, 20)]
    [InlineData(3, 100_000, 100_000, 3600)]
    public async Task Query_WithNothing_IsRememberedAsTheSoaSays(int code, uint ttl, uint minimum, int seconds)
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Code(code).Soa("example", ttl, minimum));
        await using DnsClientFixture dns = new(server);
        Assert.Equal(code == 3 ? DnsStatus.NxDomain : DnsStatus.NoData, (await dns.A("host.example")).Status);
        dns.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await dns.A("host.example");
        Assert.Single(server.Queries);
        dns.Time.Advance(TimeSpan.FromTicks(1));
        await dns.A("host.example");
        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public async Task Query_WithNothingAndNoSoa_IsNotRemembered()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Code(3));
        await using DnsClientFixture dns = new(server);
        Assert.Equal(DnsStatus.NxDomain, (await dns.A("host.example")).Status);
        await dns.A("host.example");
        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public async Task Query_WithALongTtl_IsRememberedForADay()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Address("host.example", "192.0.2.1", ttl: int.MaxValue));
        await using DnsClientFixture dns = new(server);
        Assert.Equal(TimeSpan.FromDays(1), (await dns.A("host.example")).Ttl);
        dns.Time.Advance(TimeSpan.FromDays(1));
        await dns.A("host.example");
        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public async Task Query_ThatFailed_IsRememberedForMoments()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Code(2).ExtendedError(22, "no servers"));
        await using DnsClientFixture dns = new(server);
        await dns.A("host.example");
        dns.Time.Advance(TimeSpan.FromSeconds(4));
        var again = await dns.A("host.example");
        Assert.Equal((DnsStatus.ServFail, "no servers", TimeSpan.Zero), (again.Status, again.ExtendedError!.Text, again.Ttl));
        Assert.Single(server.Queries);
        dns.Time.Advance(TimeSpan.FromSeconds(1));
        await dns.A("host.example");
        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public void Set_PastTheEntries_ForgetsTheLeastRecentlyUsed()
    {
        DnsCache cache = new(new ManualTimeProvider(), maxEntries: 3, maxBytes: 1_000_000);
        foreach (string name in (string[])["a", "b", "c"])
        {
            Set(cache, name);
        }

        Assert.True(Has(cache, "a"));
        Set(cache, "d");
        Assert.Equal([true, false, true, true], ((string[])["a", "b", "c", "d"]).Select(name => Has(cache, name)));
        Assert.Equal(3, cache.Size.Entries);
        Set(cache, "d");
        Assert.Equal(3, cache.Size.Entries);
    }

    [Fact]
    public void Set_PastTheBytes_ForgetsUntilItFits()
    {
        DnsCache cache = new(new ManualTimeProvider(), maxEntries: 1000, maxBytes: 10_000);
        for (int i = 0; i < 100; i++)
        {
            Set(cache, $"n{i}", bytes: 500);
            Assert.InRange(cache.Size.Bytes, 1, 10_000);
        }

        Assert.True(Has(cache, "n99"));
        Assert.InRange(cache.Size.Entries, 2, 5);
        // What alone is more than all may be is not kept, and pushes nothing out.
        Set(cache, "huge", bytes: 20_000);
        Assert.False(Has(cache, "huge"));
        Assert.True(Has(cache, "n99"));
    }

    [Fact]
    public void TryGet_PastTheLifetime_FreesTheEntry()
    {
        ManualTimeProvider time = new();
        DnsCache cache = new(time, maxEntries: 10, maxBytes: 10_000);
        Set(cache, "a");
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(Has(cache, "a"));
        Assert.Equal((0, 0), cache.Size);
        cache.Set(DnsName.Parse("b"), DnsRecordTypes.A, Answer, TimeSpan.Zero, 10);
        Assert.Equal(0, cache.Size.Entries);
    }

    private static void Set(DnsCache cache, string name, long bytes = 50) =>
        cache.Set(DnsName.Parse(name), DnsRecordTypes.A, Answer, Answer.Ttl, bytes);

    private static bool Has(DnsCache cache, string name) => cache.TryGet(DnsName.Parse(name), DnsRecordTypes.A, out _);
}
