using System.Net;
using System.Net.Sockets;

namespace Mox.Dns.Tests;

/// <summary>What the resolver asks and what it makes of answers, over real sockets.</summary>
public sealed class DnsClientTests
{
    private static readonly TimeSpan Try = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Query_Answered_HasRecordsAliasAndAuthenticity()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Cname("www.example", "host.example", 60).Address("host.example", "192.0.2.1").Authentic());
        await using DnsClientFixture dns = new(server);
        var answer = await dns.A("www.example");
        Assert.Equal("Ok (authentic) 192.0.2.1", answer.ToString());
        Assert.Equal(("host.example.", TimeSpan.FromSeconds(60)), (answer.CanonicalName.ToString(), answer.Ttl));
        var query = Assert.Single(server.Queries);
        Assert.Equal((false, true, 1), (query.IsTcp, query.HasEdns, query.Type));
        Assert.Single(dns.Metrics.Of("mox.dns.lookup.duration", ("dns.type", "A"), ("status", "Ok")));
        Assert.Equal(1, dns.Metrics.Sum("mox.dns.queries", ("network.transport", "udp"), ("status", "Ok")));
    }

    [Fact]
    public async Task Query_OfAServerNotTrusted_IsNotAuthentic()
    {
        Assert.False(Upstream.ServerReply.Of(
            Upstream.ResolverConfiguration.Server(IPEndPoint.Parse("192.0.2.53:53"), trustAd: false), Authentic()).IsAuthentic);
        Assert.True(Upstream.ServerReply.Of(
            Upstream.ResolverConfiguration.Server(IPEndPoint.Parse("192.0.2.53:53"), trustAd: true), Authentic()).IsAuthentic);
        Assert.True(Upstream.ServerReply.Of(
            Upstream.ResolverConfiguration.Server(IPEndPoint.Parse("[::1]:53"), trustAd: false), Authentic()).IsAuthentic);
        await using TestDnsServer server = new(q => new TestResponse(q).Address("host.example", "192.0.2.1"));
        await using DnsClientFixture dns = new(server);
        Assert.False((await dns.A("host.example")).IsAuthentic);

        static byte[] Authentic() =>
            new TestResponse(TestQuery.Read(new Wire.DnsQuery(DnsName.Parse("host.example"), 1, false).Packet.ToArray(), false)).Authentic().Build();
    }

    [Fact]
    public async Task Query_Truncated_IsAskedByTcp()
    {
        await using TestDnsServer server = new(q => q.IsTcp ? new TestResponse(q).Address("host.example", "192.0.2.1") : new TestResponse(q).Truncated());
        await using DnsClientFixture dns = new(server);
        Assert.Equal("Ok 192.0.2.1", (await dns.A("host.example")).ToString());
        Assert.Equal([false, true], server.Queries.Select(q => q.IsTcp));
        Assert.Equal(1, dns.Metrics.Sum("mox.dns.queries", ("network.transport", "udp"), ("status", "Truncated")));
    }

    [Fact]
    public async Task Query_WhenTheServerChangesTheCase_IsAskedByTcp()
    {
        await using TestDnsServer server = new(q =>
        {
            var message = new TestResponse(q).Address("abcdefghijkl.example", "192.0.2.1").Build();
            message[13] ^= 0x20;
            return (byte[][])[message];
        });
        await using DnsClientFixture dns = new(server);
        Assert.Equal("Ok 192.0.2.1", (await dns.A("abcdefghijkl.example")).ToString());
        Assert.Equal([false, true], server.Queries.Select(q => q.IsTcp));
    }

    [Fact]
    public async Task Query_WithWrongAnswersBeforeTheRightOne_TakesTheRightOne()
    {
        await using TestDnsServer server = new(q =>
        {
            var forged = new TestResponse(q).Address("host.example", "203.0.113.66").Build();
            byte[] otherId = [(byte)(forged[0] ^ 0xff), .. forged[1..]];
            byte[] otherName = [.. forged[..13], (byte)'x', .. forged[14..]];
            byte[] otherType = [.. forged];
            otherType[q.QuestionEnd - 3] = 28;
            byte[] noResponse = [.. forged[..2], (byte)(forged[2] & 0x7f), .. forged[3..]];
            return (byte[][])[otherId, otherName, otherType, noResponse, [], [1], new TestResponse(q).Address("host.example", "192.0.2.1").Build()];
        });
        await using DnsClientFixture dns = new(server);
        Assert.Equal("Ok 192.0.2.1", (await dns.A("host.example")).ToString());
        Assert.Single(server.Queries);
    }

    [Fact]
    public async Task Query_FloodedWithWrongAnswers_IsAskedByTcp()
    {
        await using TestDnsServer server = new(q =>
        {
            var forged = new TestResponse(q).Address("host.example", "203.0.113.66").Build();
            return q.IsTcp ? [new TestResponse(q).Address("host.example", "192.0.2.1").Build()]
                : Enumerable.Range(1, 200).Select(i => (byte[])[(byte)(forged[0] ^ i), .. forged[1..]]);
        });
        await using DnsClientFixture dns = new(server);
        Assert.Equal("Ok 192.0.2.1", (await dns.A("host.example")).ToString());
        Assert.Equal([false, true], server.Queries.Select(q => q.IsTcp));
    }

    [Fact]
    public async Task Query_FromAnotherPortThanTheServers_IsNotTaken()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await using TestDnsServer server = new(_ => Array.Empty<byte[]>());
        await using DnsClientFixture dns = new(new DnsClientOptions { Servers = [server.EndPoint], HostsFile = null, Attempts = 1 });
        var pending = dns.A("host.example");
        var query = await server.NextAsync();
        // Somebody on the path sees the question and the asker's port, but cannot send as the server.
        other.SendTo(new TestResponse(query).Address("host.example", "203.0.113.66").Build(), query.Asker!);
        dns.Time.Advance(Try);
        Assert.Equal(DnsStatus.Timeout, (await pending).Status);
    }

    [Fact]
    public async Task Query_WithoutAnswer_GoesToTheNextServer()
    {
        await using TestDnsServer silent = new(_ => Array.Empty<byte[]>());
        await using TestDnsServer server = new(q => new TestResponse(q).Address("host.example", "192.0.2.1"));
        await using DnsClientFixture dns = new(silent, server);
        var pending = dns.A("host.example");
        await silent.NextAsync();
        Assert.False(pending.IsCompleted);
        dns.Time.Advance(Try);
        Assert.Equal("Ok 192.0.2.1", (await pending).ToString());
    }

    [Fact]
    public async Task Query_AfterAServerWasSilent_GoesToTheOthersFirst_ForAWhile()
    {
        await using TestDnsServer silent = new(_ => Array.Empty<byte[]>());
        await using TestDnsServer server = new(q => new TestResponse(q).Address(q.Name.ToString(), "192.0.2.1"));
        await using DnsClientFixture dns = new(silent, server);
        var first = dns.A("one.example");
        await silent.NextAsync();
        dns.Time.Advance(Try);
        await first;
        Assert.Equal(DnsStatus.Ok, (await dns.A("two.example")).Status);
        Assert.Single(silent.Queries);
        dns.Time.Advance(TimeSpan.FromSeconds(30));
        var later = dns.A("three.example");
        Assert.Equal("three.example.", (await silent.NextAsync()).Name.ToString());
        dns.Time.Advance(Try);
        Assert.Equal(DnsStatus.Ok, (await later).Status);
    }

    [Fact]
    public void Order_WithATrustedAndAnUntrustedServer_StaysAsConfigured()
    {
        Testing.ManualTimeProvider time = new();
        Upstream.SilentServers silent = new(time);
        Upstream.DnsServer[] servers = [.. ((string[])["192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"]).Select(e => new Upstream.DnsServer(IPEndPoint.Parse(e), false))];
        var failure = Upstream.ServerReply.Failure(DnsStatus.Timeout, "");
        silent.Note(servers[0], failure);
        silent.Note(servers[1], failure);
        Assert.Equal([servers[2], servers[0], servers[1]], silent.Order(servers));
        Upstream.DnsServer[] mixed = [servers[0], servers[1], servers[2] with { IsTrusted = true }];
        Assert.Equal(mixed, silent.Order(mixed));
        silent.Note(servers[0], Upstream.ServerReply.Failure(DnsStatus.Refused, ""));
        Assert.Equal([servers[0], servers[2], servers[1]], silent.Order(servers));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(servers, silent.Order(servers));
    }

    [Fact]
    public async Task Query_ThatNobodyAnswers_IsAskedAgain_ThenTimesOut()
    {
        await using TestDnsServer silent = new(_ => Array.Empty<byte[]>());
        await using DnsClientFixture dns = new(silent);
        var pending = dns.A("host.example");
        await silent.NextAsync();
        dns.Time.Advance(Try);
        await silent.NextAsync();
        dns.Time.Advance(Try);
        var answer = await pending;
        Assert.Equal((DnsStatus.Timeout, true), (answer.Status, answer.IsTemporaryFailure));
        Assert.Equal($"Timeout: {silent.EndPoint} did not answer in time", answer.ToString());
        Assert.Equal(2, silent.Queries.Select(q => q.Id).Distinct().Count());
    }

    [Fact]
    public async Task Query_PastTheDeadline_EndsWithoutFurtherTries()
    {
        await using TestDnsServer silent = new(_ => Array.Empty<byte[]>());
        await using DnsClientFixture dns = new(new DnsClientOptions
        {
            Servers = [silent.EndPoint],
            HostsFile = null,
            Attempts = 10,
            TryTimeout = TimeSpan.FromSeconds(4),
            Deadline = TimeSpan.FromSeconds(6),
        });
        var pending = dns.A("host.example");
        await silent.NextAsync();
        dns.Time.Advance(TimeSpan.FromSeconds(4));
        await silent.NextAsync();
        dns.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(DnsStatus.Timeout, (await pending).Status);
        Assert.Equal(2, silent.Queries.Count);
    }

    [Theory]
    [InlineData(2, DnsStatus.ServFail)]
    [InlineData(5, DnsStatus.Refused)]
    [InlineData(9, DnsStatus.ServFail)]
    public async Task Query_ThatAServerFails_IsAskedOfTheNext_AndOnlyOnceOfEach(int code, DnsStatus status)
    {
        await using TestDnsServer failing = new(q => new TestResponse(q).Code(code).ExtendedError(22));
        await using TestDnsServer server = new(q => new TestResponse(q).Address("host.example", "192.0.2.1"));
        await using DnsClientFixture both = new(failing, server);
        Assert.Equal("Ok 192.0.2.1", (await both.A("host.example")).ToString());
        await using DnsClientFixture one = new(failing);
        var answer = await one.A("host.example");
        Assert.Equal((status, 22), (answer.Status, answer.ExtendedError!.Code));
        Assert.Equal(2, failing.Queries.Count);
    }

    [Fact]
    public async Task Query_ThatIsBogus_IsAskedOfNobodyElse()
    {
        await using TestDnsServer validating = new(q => new TestResponse(q).Code(2).ExtendedError(6, "signature crypto failed"));
        await using TestDnsServer naive = new(q => new TestResponse(q).Address("host.example", "203.0.113.66"));
        await using DnsClientFixture dns = new(validating, naive);
        var answer = await dns.A("host.example");
        Assert.Equal($"ServFail: {validating.EndPoint} failed: DNSSEC Bogus (6): signature crypto failed", answer.ToString());
        Assert.Empty(naive.Queries);
    }

    [Fact]
    public async Task Query_OfAServerWithoutEdns_IsAskedAgainWithoutIt()
    {
        await using TestDnsServer old = new(q => q.HasEdns ? [[.. new TestResponse(q).Code(1).Build()[..4], .. new byte[8]]] : (byte[][])[new TestResponse(q).Address("host.example", "192.0.2.1").Build()]);
        await using DnsClientFixture dns = new(old);
        Assert.Equal("Ok 192.0.2.1", (await dns.A("host.example")).ToString());
        Assert.Equal([true, false], old.Queries.Select(q => q.HasEdns));
    }

    [Fact]
    public async Task Query_AnsweredWithGarbage_IsMalformed_AndTheNextServerIsAsked()
    {
        await using TestDnsServer garbage = new(q => (byte[][])[[.. new TestResponse(q).Address("host.example", "192.0.2.1").Build()[..^2]]]);
        await using TestDnsServer server = new(q => new TestResponse(q).Address("host.example", "192.0.2.1"));
        await using DnsClientFixture one = new(garbage);
        Assert.Equal(DnsStatus.Malformed, (await one.A("host.example")).Status);
        await using DnsClientFixture both = new(garbage, server);
        Assert.Equal(DnsStatus.Ok, (await both.A("host.example")).Status);
    }

    [Fact]
    public async Task Query_ByTcp_WithRandomBytesOrNothing_IsAFailure()
    {
        var random = new Random(5);
        await using TestDnsServer server = new(q =>
        {
            byte[] noise = new byte[random.Next(1, 3000)];
            random.NextBytes(noise);
            return !q.IsTcp ? [new TestResponse(q).Truncated().Build()] : q.Name == DnsName.Parse("closes.example") ? [] : (byte[][])[noise];
        });
        await using DnsClientFixture dns = new(new DnsClientOptions { Servers = [server.EndPoint], HostsFile = null, Attempts = 1 });
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(DnsStatus.Malformed, (await dns.A($"noise{i}.example")).Status);
        }

        Assert.Equal(DnsStatus.NetworkError, (await dns.A("closes.example")).Status);
    }

    [Fact]
    public async Task Query_OfAPortWhereNobodyIs_IsANetworkErrorAtOnce()
    {
        TestDnsServer gone = new(_ => Array.Empty<byte[]>());
        await gone.DisposeAsync();
        await using DnsClientFixture dns = new(new DnsClientOptions { Servers = [gone.EndPoint], HostsFile = null });
        Assert.Equal($"NetworkError: {gone.EndPoint} cannot be asked: ConnectionRefused", (await dns.A("host.example")).ToString());
    }

    [Fact]
    public async Task Query_OfAServerThatDoesNotRecurse_Fails()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Ns("example", "ns.example"));
        await using DnsClientFixture dns = new(server);
        Assert.Equal(DnsStatus.ServFail, (await dns.A("host.example")).Status);
    }

    [Fact]
    public async Task Query_OfAnAliasWithoutItsTarget_AsksForTheTarget()
    {
        await using TestDnsServer server = new(q => q.Name.ToString() switch
        {
            "www.example." => new TestResponse(q).Cname("www.example", "b.example", 50).Authentic(),
            "b.example." => new TestResponse(q).Cname("b.example", "host.example", 40),
            "host.example." => new TestResponse(q).Address("host.example", "192.0.2.1").Authentic(),
            _ => new TestResponse(q).Cname("loop.example", "loop.example"),
        });
        await using DnsClientFixture dns = new(server);
        var answer = await dns.A("www.example");
        // All of the chain must be authentic.
        Assert.Equal(("Ok 192.0.2.1", TimeSpan.FromSeconds(40)), (answer.ToString(), answer.Ttl));
        Assert.Equal(3, server.Queries.Count);
        Assert.Equal(DnsStatus.ServFail, (await dns.A("loop.example")).Status);
        Assert.InRange(server.Queries.Count, 4, 3 + 17);
    }

    [Fact]
    public async Task Query_OfANonexistentAliasTarget_IsNxDomainOfTheTarget()
    {
        await using TestDnsServer server = new(q => new TestResponse(q).Code(3).Cname("www.example", "gone.example").Soa("example", 60, 60).Authentic());
        await using DnsClientFixture dns = new(server);
        var answer = await dns.A("www.example");
        Assert.Equal((DnsStatus.NxDomain, "gone.example.", true), (answer.Status, answer.CanonicalName.ToString(), answer.IsAuthentic));
        Assert.Equal(TimeSpan.FromSeconds(60), answer.Ttl);
    }

    [Fact]
    public async Task Queries_ThatAreEqual_AreAskedOnce_AndOutliveACaller()
    {
        using SemaphoreSlim go = new(0);
        await using TestDnsServer server = new(q =>
        {
            go.Wait();
            return new TestResponse(q).Address("host.example", "192.0.2.1", ttl: 0);
        });
        await using DnsClientFixture dns = new(server);
        using CancellationTokenSource impatient = new();
        var first = dns.Client.QueryAsync(DnsName.Parse("host.example"), DnsRecordTypes.A, impatient.Token).AsTask();
        var others = Enumerable.Range(0, 20).Select(_ => dns.A("HOST.example")).ToList();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.Release();
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(DnsStatus.Ok, answer.Status));
        Assert.Single(server.Queries);
        // A TTL of 0 is for those who asked together, and not remembered.
        go.Release();
        await dns.A("host.example");
        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public async Task Query_PastTheMostAtOnce_WaitsForItsTurn_WithinItsDeadline()
    {
        await using TestDnsServer silent = new(_ => Array.Empty<byte[]>());
        await using DnsClientFixture dns = new(new DnsClientOptions
        {
            Servers = [silent.EndPoint],
            HostsFile = null,
            MaxConcurrentLookups = 1,
            TryTimeout = TimeSpan.FromMinutes(1),
            Deadline = TimeSpan.FromSeconds(10),
        });
        var first = dns.A("one.example");
        await silent.NextAsync();
        dns.Time.Advance(TimeSpan.FromSeconds(1));
        var second = dns.A("two.example");
        await dns.Time.WaitForTimerAsync(TimeSpan.FromSeconds(10));
        dns.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(DnsStatus.Timeout, (await first).Status);
        Assert.Equal("two.example.", (await silent.NextAsync()).Name.ToString());
        dns.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DnsStatus.Timeout, (await second).Status);
    }

    [Fact]
    public async Task Dispose_WithALookupUnderWay_EndsIt()
    {
        await using TestDnsServer silent = new(_ => Array.Empty<byte[]>());
        DnsClientFixture dns = new(silent);
        var pending = dns.A("host.example");
        await silent.NextAsync();
        await dns.DisposeAsync();
        Assert.Equal(DnsStatus.Timeout, (await pending).Status);
    }

    [Fact]
    public async Task Query_WithoutAName_IsTheCallersFault()
    {
        await using DnsClientFixture dns = new(new DnsClientOptions { HostsFile = null });
        await Assert.ThrowsAsync<ArgumentException>(() => dns.Client.QueryAsync(default, DnsRecordTypes.A, CancellationToken.None).AsTask());
    }
}
