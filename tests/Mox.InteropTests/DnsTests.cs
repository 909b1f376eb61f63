using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Dns;
using Mox.Testing;

namespace Mox.InteropTests;

/// <summary>The resolver with real servers: nsd with signed zones, and unbound that validates them.</summary>
public sealed class DnsTests
{
    [InteropFact("unbound", "nsd", "ldns-signzone")]
    public async Task Unbound_ThatValidates_TellsSecureInsecureAndBogusApart()
    {
        await using Resolving resolving = await Resolving.StartAsync(servers => servers.Recursive);
        DnsClient dns = resolving.Client;
        Assert.Equal("Ok (authentic) 192.0.2.10 2001:db8::10", await AddressesAsync(dns, "host.signed.example"));
        Assert.Equal("Ok (authentic) 192.0.2.10 2001:db8::10", await AddressesAsync(dns, "www.signed.example"));
        Assert.Equal("Ok 192.0.2.10 2001:db8::10", await AddressesAsync(dns, "www.plain.example"));
        Assert.Equal("Ok 192.0.2.77", await AddressesAsync(dns, "box.local.example"));
        Assert.Equal("Ok (authentic) 192.0.2.11", await AddressesAsync(dns, "under_score.signed.example"));

        var nothing = await AAsync(dns, "no.such.signed.example");
        Assert.Equal((DnsStatus.NxDomain, true), (nothing.Status, nothing.IsAuthentic));
        Assert.InRange(nothing.Ttl, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(120));
        var only6 = await AAsync(dns, "only6.signed.example");
        Assert.Equal((DnsStatus.NoData, true), (only6.Status, only6.IsAuthentic));
        var dangling = await AAsync(dns, "dangling.signed.example");
        Assert.Equal((DnsStatus.NxDomain, "nowhere.signed.example."), (dangling.Status, dangling.CanonicalName.ToString()));

        var forged = await AAsync(dns, "host.forged.example");
        Assert.Equal((DnsStatus.ServFail, true, false), (forged.Status, forged.ExtendedError?.IsBogus, forged.IsAuthentic));
        Assert.Empty(forged.Records);
        Assert.Equal(DnsStatus.Refused, (await AAsync(dns, "x.closed.example")).Status);
        Assert.Equal("Ok host.plain.example.", (await dns.LookupPtrAsync(IPAddress.Parse("192.0.2.10"), CancellationToken.None)).ToString());
        Assert.Equal("Ok (authentic) alias.signed.example.", (await dns.QueryAsync(DnsName.Parse("www.signed.example"), DnsRecordTypes.Cname, CancellationToken.None)).ToString());
    }

    [InteropFact("unbound", "nsd", "ldns-signzone")]
    public async Task Unbound_WithALargeAnswer_IsAskedByTcp_AndAHundredRecordsAreUsed()
    {
        await using Resolving resolving = await Resolving.StartAsync(servers => servers.Recursive);
        DnsClient dns = resolving.Client;
        var answer = await AAsync(dns, "many.signed.example");
        Assert.Equal((DnsStatus.Ok, true, 100), (answer.Status, answer.IsAuthentic, answer.Records.Distinct().Count()));
        Assert.Equal(1, resolving.Metrics.Sum("mox.dns.queries", ("network.transport", "tcp"), ("status", "Ok")));
    }

    [InteropFact("unbound", "nsd", "ldns-signzone")]
    public async Task Unbound_WithThousandsOfQuestionsAtOnce_AnswersAll()
    {
        await using Resolving resolving = await Resolving.StartAsync(servers => servers.Recursive);
        DnsClient dns = resolving.Client;
        var answers = await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => AAsync(dns, $"n{i % 1500}.plain.example")));
        Assert.All(answers, answer => Assert.Equal(DnsStatus.NxDomain, answer.Status));
    }

    [InteropFact("unbound", "nsd", "ldns-signzone")]
    public async Task Nsd_AskedDirectly_AnswersForItsZonesOnly()
    {
        await using Resolving resolving = await Resolving.StartAsync(servers => servers.Authoritative);
        DnsClient dns = resolving.Client;
        Assert.Equal("Ok 192.0.2.10 2001:db8::10", await AddressesAsync(dns, "www.plain.example"));
        Assert.Equal(DnsStatus.NxDomain, (await AAsync(dns, "no.plain.example")).Status);
        Assert.Equal(DnsStatus.ServFail, (await AAsync(dns, "loop1.plain.example")).Status);
        Assert.Equal(DnsStatus.Refused, (await AAsync(dns, "elsewhere.example")).Status);
        Assert.Equal(100, (await AAsync(dns, "many.signed.example")).Records.Count);
    }

    [InteropFact("unbound", "nsd", "ldns-signzone")]
    public async Task Unbound_AskedForEveryType_AnswersWithRecordsAsTheyStandInTheZone()
    {
        await using Resolving resolving = await Resolving.StartAsync(servers => servers.Recursive);
        Assert.Equal(["10 host.signed.example.", "20 alias.signed.example."], await LookupAsync("MX", "signed.example"));
        Assert.Equal(["0 ."], await LookupAsync("MX", "nomail.signed.example"));
        Assert.Equal(["\"v=spf1 mx -all\" \"second \\\"string\\\"\""], await LookupAsync("TXT", "signed.example"));
        Assert.Equal(["ns.signed.example."], await LookupAsync("NS", "signed.example"));
        Assert.Equal(["0 1 993 host.signed.example."], await LookupAsync("SRV", "_imaps._tcp.signed.example"));
        Assert.Equal(["3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"], await LookupAsync("TLSA", "_25._tcp.host.signed.example"));
        Assert.Equal(["0 issue \"ca.example.net\""], await LookupAsync("CAA", "signed.example"));
        Assert.StartsWith("ns.signed.example. hostmaster.signed.example. 1 3600 600 86400 120", Assert.Single(await LookupAsync("SOA", "signed.example")), StringComparison.Ordinal);
        Assert.StartsWith("257 3 13 ", Assert.Single(await LookupAsync("DNSKEY", "signed.example")), StringComparison.Ordinal);

        async Task<string[]> LookupAsync(string type, string name)
        {
            var answer = await DnsRecordTypes.Find(type)!.LookupAsync(resolving.Client, DnsName.Parse(name), CancellationToken.None);
            Assert.Equal((DnsStatus.Ok, true), (answer.Status, answer.IsAuthentic));
            return [.. answer.Records.Order(StringComparer.Ordinal)];
        }
    }

    private static Task<DnsAnswer<IPAddress>> AAsync(DnsClient dns, string name) =>
        dns.QueryAsync(DnsName.Parse(name), DnsRecordTypes.A, CancellationToken.None).AsTask();

    private static async Task<string> AddressesAsync(DnsClient dns, string name) =>
        (await dns.LookupAddressesAsync(DnsName.Parse(name), CancellationToken.None)).ToString();

    private sealed class Resolving(NameServers servers, MetricRecorder metrics, DnsClient client) : IAsyncDisposable
    {
        public MetricRecorder Metrics => metrics;

        public DnsClient Client => client;

        public static async Task<Resolving> StartAsync(Func<NameServers, IPEndPoint> asked)
        {
            NameServers servers = await NameServers.StartAsync();
            MetricRecorder metrics = new();
            DnsClientOptions options = new() { Servers = [asked(servers)], HostsFile = null };
            return new Resolving(servers, metrics, new DnsClient(options, new DnsMetrics(metrics), TimeProvider.System, NullLogger<DnsClient>.Instance));
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await servers.DisposeAsync();
            metrics.Dispose();
        }
    }
}
