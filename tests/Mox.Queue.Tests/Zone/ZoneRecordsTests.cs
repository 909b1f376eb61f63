using System.Globalization;
using Mox.Addresses;
using Mox.Config;
using Mox.Dns;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.Spf;
using Mox.Queue.Tests.Signing;

namespace Mox.Queue.Tests.Zone;

public sealed class ZoneRecordsTests : IDisposable
{
    private readonly Zones _zones = new();

    [Fact]
    public void Records_AreThoseOfADomain()
    {
        string[] lines = [.. Records().Select(record => record.ToString())];
        Assert.Equal("example.org.\t300\tIN\tMX\t10 mx.example.org.", lines[0]);
        Assert.Equal("example.org.\t300\tIN\tTXT\t\"v=spf1 ip4:192.0.2.1 mx ~all\"", lines[1]);
        Assert.Equal("mx.example.org.\t300\tIN\tTXT\t\"v=spf1 a -all\"", lines[2]);
        Assert.StartsWith("rsa._domainkey.example.org.\t300\tIN\tTXT\t( \"v=DKIM1;h=sha256;p=MII", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("ed._domainkey.example.org.\t300\tIN\tTXT\t\"v=DKIM1;k=ed25519;h=sha256;p=", lines[4], StringComparison.Ordinal);
        Assert.Equal("_dmarc.example.org.\t300\tIN\tTXT\t\"v=DMARC1; p=reject\"", lines[5]);
        Assert.Equal(6, lines.Length);
        Assert.All(Records(), record => Assert.NotEmpty(record.Comments));
    }

    [Fact]
    public void LongText_IsCutIntoStringsThatSayTheSame()
    {
        ZoneRecord record = Records().First(record => record.Kind == ZoneRecordKind.Dkim);
        string[] lines = record.ToString().Split('\n');
        Assert.True(lines.Length >= 4);
        string[] strings = [.. record.ToString().Split('"').Where((_, i) => i % 2 == 1)];
        Assert.All(strings, text => Assert.InRange(text.Length, 1, 100));
        Assert.Equal(record.Value, string.Concat(strings));
        Assert.True(DkimRecord.TryParse(record.Value, out _, out _));
        Assert.EndsWith("\" )", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_AreEscaped() => Assert.Equal(
        "x.example.\t300\tIN\tTXT\t\"a\\\"b\\\\c\"",
        new ZoneRecord { Kind = ZoneRecordKind.Spf, Name = DnsName.Parse("x.example"), Value = "a\"b\\c" }.ToString());

    [Fact]
    public void Addresses_ThatOthersCannotReach_AreNotNamed()
    {
        _zones.Config = Zones.Listening(_zones.Config, "192.0.2.7", "2001:db8::7", "10.0.0.1", "127.0.0.1", "0.0.0.0", "::", "fd00::1", "fe80::1", "100.64.1.1");
        Assert.Equal("v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 mx ~all", Value(ZoneRecordKind.Spf));
        Assert.True(SpfRecord.TryParse(Value(ZoneRecordKind.Spf), out _, out _));
    }

    [Fact]
    public void Relay_IsSaid()
    {
        _zones.Config = _zones.WithRelay();
        Assert.Contains(Record(ZoneRecordKind.Spf).Comments, comment => comment.Contains("smtp.example.com", StringComparison.Ordinal));
    }

    [Fact]
    public void Reports_AreAskedForWhereTheirAddressIs()
    {
        Assert.Contains(Record(ZoneRecordKind.Dmarc).Comments, comment => comment.Contains("dmarcreports@example.org", StringComparison.Ordinal));
        _zones.Config = _zones.Config with
        {
            Accounts = _zones.Config.Accounts.SetItem("alice", TestQueue.Account("alice", "alice@example.org", "dmarcreports@example.org")),
        };
        Assert.Equal("v=DMARC1; p=reject; rua=mailto:dmarcreports@example.org!10m", Value(ZoneRecordKind.Dmarc));
        Assert.True(DmarcRecord.TryParse(Value(ZoneRecordKind.Dmarc), out DmarcRecord? record, out _));
        Assert.Equal(10 << 20, Assert.Single(record.AggregateReports).MaxBytes);
        Assert.Single(Record(ZoneRecordKind.Dmarc).Comments);
    }

    [Fact]
    public void SubdomainWithoutKeys_HasThoseOfItsParent()
    {
        Domain sub = Domain.Parse("sub.example.org");
        _zones.Config = _zones.Config with { Domains = _zones.Config.Domains.Add(sub, new DomainConfig { Name = sub }) };
        ZoneRecord[] records = [.. ZoneRecords.Of(_zones.Config, _zones.Config.Domains[sub]).Where(record => record.Kind == ZoneRecordKind.Dkim)];
        Assert.Equal(["rsa._domainkey.example.org.", "ed._domainkey.example.org."], records.Select(record => record.Name.ToString()));
        Assert.All(records, record => Assert.Contains("the zone of example.org", record.Comments[1], StringComparison.Ordinal));
    }

    [Fact]
    public void KeyThatDoesNotSign_IsThereToo()
    {
        DomainConfig domain = _zones.Config.Domains[Zones.Ours];
        _zones.Config = _zones.Config with { Domains = _zones.Config.Domains.SetItem(Zones.Ours, domain with { Dkim = domain.Dkim! with { Sign = [domain.Dkim.Sign[0]] } }) };
        Assert.Equal([true, false], Records().Where(record => record.Kind == ZoneRecordKind.Dkim).Select(record => record.Comments[0].Contains("signs its mail", StringComparison.Ordinal)));
    }

    [Fact]
    public void InternationalDomain_IsInItsAsciiForm()
    {
        _zones.Config = Keys.Config(_zones.Config, "bücher.example", _zones.Keys.Add("rsa", "bücher.example"));
        Assert.All(
            ZoneRecords.Of(_zones.Config, _zones.Config.Domains[Domain.Parse("bücher.example")]).Where(record => record.Kind != ZoneRecordKind.HostSpf),
            record => Assert.EndsWith("xn--bcher-kva.example.", record.Name.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void HostWithMailOfItsOwn_HasNoSecondSpfRecord()
    {
        _zones.Config = Keys.Config(_zones.Config, "mx.example.org");
        Assert.DoesNotContain(Records(), record => record.Kind == ZoneRecordKind.HostSpf);
    }

    [Fact]
    public void Ttl_IsInEveryLine() =>
        Assert.All(Records(), record => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\t{ZoneRecord.Ttl}\t"), record.ToString(), StringComparison.Ordinal));

    public void Dispose() => _zones.Dispose();

    private IReadOnlyList<ZoneRecord> Records() => ZoneRecords.Of(_zones.Config, _zones.Config.Domains[Zones.Ours]);

    private ZoneRecord Record(ZoneRecordKind kind) => Records().Single(record => record.Kind == kind);

    private string Value(ZoneRecordKind kind) => Record(kind).Value;
}
