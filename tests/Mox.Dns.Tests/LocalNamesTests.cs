using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Dns.Local;
using Mox.Testing;

namespace Mox.Dns.Tests;

/// <summary>Names that are answered without a server.</summary>
public sealed class LocalNamesTests
{
    private static readonly HostsTable Hosts = HostsTable.Parse("""
        # the machine's own
        127.0.0.1   localhost
        127.0.1.1   myhost.example myhost   # me
        192.0.2.1 mail.example	MX.Example
        2001:db8::1 mail.example
        192.0.2.1 again.example mail.example
        2001:db8::2 six.example
        fe80::1%2 link.example
        not-an-address name.example
        192.0.2.3
        192.0.2.4 bad..name good.example
        """);

    [Theory]
    [InlineData("mail.example", "A", "Ok (authentic) 192.0.2.1")]
    [InlineData("mx.example", "A", "Ok (authentic) 192.0.2.1")]
    [InlineData("mail.example", "AAAA", "Ok (authentic) 2001:db8::1")]
    [InlineData("six.example", "A", "NoData (authentic)")]
    [InlineData("good.example", "A", "Ok (authentic) 192.0.2.4")]
    [InlineData("link.example", "AAAA", "Ok (authentic) fe80::1%2")]
    [InlineData("mail.example", "CNAME", null)]
    [InlineData("name.example", "A", null)]
    [InlineData("sub.mail.example", "A", null)]
    [InlineData("localhost", "A", "Ok (authentic) 127.0.0.1")]
    [InlineData("a.b.localhost", "AAAA", "Ok (authentic) ::1")]
    [InlineData("localhost", "CNAME", "NoData (authentic)")]
    [InlineData("localhost", "PTR", "NoData (authentic)")]
    [InlineData("notlocalhost", "A", null)]
    [InlineData("x.invalid", "A", "NxDomain (authentic)")]
    [InlineData("abc.onion", "AAAA", "NxDomain (authentic)")]
    [InlineData("1.2.0.192.in-addr.arpa", "PTR", "Ok (authentic) mail.example. mx.example. again.example.")]
    [InlineData("1.1.0.127.in-addr.arpa", "PTR", "Ok (authentic) myhost.example. myhost.")]
    [InlineData("9.9.9.127.in-addr.arpa", "PTR", "Ok (authentic) localhost.")]
    [InlineData("9.2.0.192.in-addr.arpa", "PTR", null)]
    [InlineData("1.2.0.192.in-addr.arpa", "A", null)]
    public void TryAnswer_ByTheHostsFileAndSpecialNames(string name, string type, string? expected) => Assert.Equal(expected, type switch
    {
        "A" => Say(name, DnsRecordTypes.A),
        "AAAA" => Say(name, DnsRecordTypes.Aaaa),
        "PTR" => Say(name, DnsRecordTypes.Ptr),
        _ => Say(name, DnsRecordTypes.Cname),
    });

    [Fact]
    public void TryAnswer_OfTheIPv6Loopback_IsLocalhost() =>
        Assert.Equal("Ok (authentic) localhost.", Say(DnsName.Of(IPAddress.IPv6Loopback).ToString(), DnsRecordTypes.Ptr));

    [Fact]
    public void Parse_OfManyNamesOfOneAddress_KeepsAHundred()
    {
        var table = HostsTable.Parse(string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"0.0.0.0 ads{i}.example")));
        Assert.Equal(100, table.Names(DnsName.Of(IPAddress.Any))!.Count);
        Assert.NotNull(table.Addresses(DnsName.Parse("ads4999.example")));
    }

    [Fact]
    public async Task Query_OfLocalNames_AsksNobody_AndFollowsTheFile()
    {
        using TempDirectory folder = new();
        string file = folder["hosts"];
        await File.WriteAllTextAsync(file, "192.0.2.1 box.example\n");
        await using TestDnsServer server = new(q => new TestResponse(q).Address("box.example", "198.51.100.1", ttl: 0));
        await using DnsClientFixture dns = new(new DnsClientOptions { Servers = [server.EndPoint], HostsFile = file });
        Assert.Equal("Ok (authentic) 192.0.2.1", (await dns.A("box.example")).ToString());
        Assert.Equal("Ok (authentic) 127.0.0.1", (await dns.A("localhost")).ToString());
        Assert.Equal("Ok (authentic) box.example.", (await dns.Client.LookupPtrAsync(IPAddress.Parse("::ffff:192.0.2.1"), CancellationToken.None)).ToString());
        Assert.Empty(server.Queries);

        await File.WriteAllTextAsync(file, "192.0.2.22 box.example\n");
        Assert.Equal("Ok (authentic) 192.0.2.1", (await dns.A("box.example")).ToString());
        dns.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Ok (authentic) 192.0.2.22", (await dns.A("box.example")).ToString());
        File.Delete(file);
        dns.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Ok 198.51.100.1", (await dns.A("box.example")).ToString());
    }

    [Fact]
    public void WatchedFile_ThatCannotBeRead_KeepsWhatItSaid_AndWarns()
    {
        using TempDirectory folder = new();
        string file = folder["f"];
        File.WriteAllText(file, "one");
        ManualTimeProvider time = new();
        RecordingLogger log = new();
        WatchedFile<string> watched = new(file, text => text, time, log);
        Assert.Equal("one", watched.Current);
        // Longer than it may be: sparse, so that nothing is written.
        using (var stream = File.Open(file, FileMode.Open))
        {
            stream.SetLength(9 * 1024 * 1024);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("one", watched.Current);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("one", watched.Current);
        Assert.Equal(LogLevel.Warning, Assert.Single(log.Entries).Level);
        File.WriteAllText(file, "two");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", watched.Current);
        Assert.Equal("", new WatchedFile<string>(folder["none"], text => text, time, log).Current);
    }

    private static string? Say<T>(string name, DnsRecordType<T> type) =>
        LocalNames.TryAnswer(DnsName.Parse(name), type, Hosts, out var answer) ? answer.ToString().TrimEnd() : null;
}
