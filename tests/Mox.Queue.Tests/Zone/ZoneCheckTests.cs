using System.Collections.Immutable;
using Mox.Addresses;
using Mox.Config;
using Mox.Dns;

namespace Mox.Queue.Tests.Zone;

public sealed class ZoneCheckTests : IDisposable
{
    private readonly Zones _zones = new();

    [Fact]
    public async Task ZoneAsItShouldBe_Passes()
    {
        IReadOnlyList<ZoneFinding> findings = await _zones.CheckAsync();
        Assert.All(findings, finding => Assert.Equal((ZoneStatus.Pass, null, 0), (finding.Status, finding.Expected, finding.Remarks.Count)));
        Assert.Equal(
            ["Mx example.org.", "Spf example.org.", "HostSpf mx.example.org.", "Dkim rsa._domainkey.example.org.", "Dkim ed._domainkey.example.org.", "Dmarc _dmarc.example.org."],
            findings.Select(finding => $"{finding.Kind} {finding.Name}"));
        Assert.Equal("v=spf1 mx ~all", Assert.Single(findings[1].Found));
    }

    [Theory]
    [InlineData(ZoneRecordKind.Mx, "example.org", "MX")]
    [InlineData(ZoneRecordKind.Spf, "example.org", "TXT")]
    [InlineData(ZoneRecordKind.HostSpf, "mx.example.org", "TXT")]
    [InlineData(ZoneRecordKind.Dkim, "rsa._domainkey.example.org", "TXT")]
    [InlineData(ZoneRecordKind.Dkim, "ed._domainkey.example.org", "TXT")]
    [InlineData(ZoneRecordKind.Dmarc, "_dmarc.example.org", "TXT")]
    public async Task RecordThatIsMissing_IsNamed_WithWhatWouldBeRight(ZoneRecordKind kind, string name, string type)
    {
        ForgetType(name, type);
        ZoneFinding finding = await _zones.CheckOneAsync();
        Assert.Equal((kind, ZoneStatus.Fail, DnsName.Parse(name), type), (finding.Kind, finding.Status, finding.Name, finding.Type));
        Assert.Contains("there is none", Assert.Single(finding.Remarks), StringComparison.Ordinal);
        ZoneRecord right = ZoneRecords.Of(_zones.Config, _zones.Config.Domains[Zones.Ours]).Single(record => record.Kind == kind && record.Name == finding.Name);
        Assert.Equal(right.ToString(), finding.Expected!.ToString());
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("mx.example.org")]
    [InlineData("rsa._domainkey.example.org")]
    [InlineData("_dmarc.example.org")]
    public async Task NameThatCannotBeAsked_IsNoPassAndNoFailure(string name)
    {
        _zones.Dns.Forget(name).Timeout(name);
        IReadOnlyList<ZoneFinding> findings = await _zones.CheckAsync();
        Assert.Contains(findings, finding => finding.Status == ZoneStatus.TempError && finding.Remarks.Any(remark => remark.Contains("Timeout", StringComparison.Ordinal)));
        Assert.DoesNotContain(findings, finding => finding.Status == ZoneStatus.Fail);
    }

    [Fact]
    public async Task Mx_ThatLeadsElsewhere_Fails()
    {
        ForgetType("example.org", "MX");
        _zones.Dns.Mx("example.org", 10, "mx.example.net");
        ZoneFinding finding = Assert.Single(await _zones.CheckAsync(), finding => finding.Kind == ZoneRecordKind.Mx);
        Assert.Equal((ZoneStatus.Fail, "10 mx.example.net.", "mail for the domain goes to other hosts"), (finding.Status, finding.Found[0], finding.Remarks[0]));
    }

    [Fact]
    public async Task Mx_OfADomainThatTakesNoMail_Fails()
    {
        ForgetType("example.org", "MX");
        _zones.Dns.Mx("example.org", 0, ".");
        ZoneFinding finding = Assert.Single(await _zones.CheckAsync(), finding => finding.Kind == ZoneRecordKind.Mx);
        Assert.Equal(ZoneStatus.Fail, finding.Status);
        Assert.StartsWith("the domain says that it takes no mail", finding.Remarks[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mx_WithAnotherHostBeside_IsAWarning()
    {
        _zones.Dns.Mx("example.org", 20, "backup.example.net");
        ZoneFinding finding = await _zones.CheckOneAsync();
        Assert.Equal((ZoneRecordKind.Mx, ZoneStatus.Warning), (finding.Kind, finding.Status));
        Assert.Contains("backup.example.net", Assert.Single(finding.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_OnAnAddressThatIsNotOurs_Fails_WhereOursAreKnown()
    {
        _zones.Dns.Address("mx.example.org", "192.0.2.1", "192.0.2.99");
        ZoneFinding finding = await _zones.CheckOneAsync();
        Assert.Equal((ZoneRecordKind.Mx, ZoneStatus.Fail), (finding.Kind, finding.Status));
        Assert.Equal("mx.example.org. has the address 192.0.2.99, on which this server takes no mail", Assert.Single(finding.Remarks));
        foreach (string own in (string[])["0.0.0.0", "10.0.0.7"])
        {
            _zones.Config = Zones.Listening(_zones.Config, own);
            Assert.DoesNotContain(await _zones.CheckAsync(), found => found.Status != ZoneStatus.Pass);
        }
    }

    [Theory]
    [InlineData("v=spf1 mx ip4:x ~all", "ip4:x")]
    [InlineData("v=spf1 mx +all", "everybody")]
    [InlineData("v=spf1 ip4:198.51.100.1 -all", "mail from 192.0.2.1 gets fail")]
    [InlineData("v=spf1 ip4:198.51.100.1 ~all", "mail from 192.0.2.1 gets softfail")]
    [InlineData("v=spf1 ip4:198.51.100.1", "mail from 192.0.2.1 gets neutral")]
    [InlineData("v=spf1 include:nowhere.example mx -all", "mail from 192.0.2.1 gets permerror")]
    public async Task Spf_ThatIsWrong_Fails(string text, string remark)
    {
        Replace("example.org", text);
        ZoneFinding finding = await _zones.CheckOneAsync();
        Assert.Equal((ZoneRecordKind.Spf, ZoneStatus.Fail, text), (finding.Kind, finding.Status, finding.Found[0]));
        Assert.Contains(remark, finding.Remarks[0], StringComparison.Ordinal);
        Assert.NotNull(finding.Expected);
    }

    [Fact]
    public async Task Spf_Twice_Fails()
    {
        Replace("example.org", "v=spf1 mx ~all", "v=spf1 mx -all");
        Assert.Contains("more than one", Assert.Single((await _zones.CheckOneAsync()).Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spf_WithoutThisHost_IsAWarningOnly_WhereMailLeavesThroughOthers()
    {
        _zones.Config = _zones.WithRelay();
        Replace("example.org", "v=spf1 include:relay.example -all");
        _zones.Dns.Txt("relay.example", "v=spf1 ip4:198.51.100.0/24 -all");
        ZoneFinding finding = await _zones.CheckOneAsync();
        Assert.Equal((ZoneRecordKind.Spf, ZoneStatus.Warning), (finding.Kind, finding.Status));
    }

    [Theory]
    [InlineData("v=DKIM1;p=", ZoneStatus.Fail, "revoked")]
    [InlineData("v=DKIM1;k=ed25519;p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", ZoneStatus.Fail, "of the type ed25519")]
    [InlineData("v=DKIM1;p=MIIB", ZoneStatus.Fail, "another key")]
    [InlineData("p=?", ZoneStatus.Fail, "the key is no base64")]
    [InlineData("h=sha1;", ZoneStatus.Fail, "another hash")]
    [InlineData("s=other;", ZoneStatus.Fail, "not for mail")]
    [InlineData("t=y;", ZoneStatus.Warning, "tried out")]
    [InlineData("t=s;n=fine;", ZoneStatus.Pass, null)]
    public async Task Key_IsComparedWithOurs(string text, ZoneStatus status, string? remark)
    {
        const string Name = "rsa._domainkey.example.org";
        ZoneRecord right = ZoneRecords.Of(_zones.Config, _zones.Config.Domains[Zones.Ours]).First(record => record.Kind == ZoneRecordKind.Dkim);
        Replace(Name, text.EndsWith(';') ? $"v=DKIM1;{text}{right.Value[right.Value.IndexOf("p=", StringComparison.Ordinal)..]}" : text);
        ZoneFinding finding = Assert.Single(await _zones.CheckAsync(), finding => finding.Name == DnsName.Parse(Name));
        Assert.Equal(status, finding.Status);
        Assert.Equal(status == ZoneStatus.Pass, finding.Expected is null);
        Assert.Equal(remark is null ? 0 : 1, finding.Remarks.Count(found => found.Contains(remark!, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Key_Twice_Fails()
    {
        _zones.Dns.Txt("rsa._domainkey.example.org", "v=DKIM1;p=MIIB");
        Assert.Contains("more than one", Assert.Single((await _zones.CheckOneAsync()).Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domain_ThatSignsNothing_Fails()
    {
        DomainConfig domain = _zones.Config.Domains[Zones.Ours];
        _zones.Config = _zones.Config with { Domains = _zones.Config.Domains.SetItem(Zones.Ours, domain with { Dkim = domain.Dkim! with { Sign = ImmutableArray<DkimSelectorConfig>.Empty } }) };
        ZoneFinding finding = await _zones.CheckOneAsync();
        Assert.Equal((ZoneRecordKind.Dkim, ZoneStatus.Fail), (finding.Kind, finding.Status));
        Assert.Contains("Domains:example.org:Dkim", finding.Remarks[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=DMARC1; p=none", ZoneStatus.Warning, "nothing is refused")]
    [InlineData("v=DMARC1; p=reject; pct=20", ZoneStatus.Warning, "only 20 %")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:alice@example.org", ZoneStatus.Pass, null)]
    [InlineData("v=DMARC1; p=reject; rua=mailto:nobody@example.org", ZoneStatus.Warning, "no address here")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:x@takes.example", ZoneStatus.Pass, null)]
    [InlineData("v=DMARC1; p=reject; rua=mailto:x@other.example", ZoneStatus.Warning, "other.example does not say")]
    [InlineData("v=DMARC1", ZoneStatus.Fail, "")]
    public async Task Dmarc_IsRead(string text, ZoneStatus status, string? remark)
    {
        Replace("_dmarc.example.org", text);
        _zones.Dns.Txt("example.org._report._dmarc.takes.example", "v=DMARC1");
        ZoneFinding finding = Assert.Single(await _zones.CheckAsync(), finding => finding.Kind == ZoneRecordKind.Dmarc);
        Assert.Equal(status, finding.Status);
        Assert.Equal(remark is null ? 0 : 1, finding.Remarks.Count(found => found.Contains(remark!, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Dmarc_OfTheParent_Counts()
    {
        Domain sub = Domain.Parse("sub.example.org");
        _zones.Config = _zones.Config with { Domains = _zones.Config.Domains.Add(sub, new DomainConfig { Name = sub }) };
        _zones.Dns.Mx("sub.example.org", 10, "mx.example.org").Txt("sub.example.org", "v=spf1 mx ~all");
        IReadOnlyList<ZoneFinding> findings = await _zones.CheckAsync(sub);
        Assert.All(findings, finding => Assert.Equal(ZoneStatus.Pass, finding.Status));
        Assert.Equal("it is that of example.org", Assert.Single(findings[^1].Remarks));
        Replace("_dmarc.example.org", "v=DMARC1; p=reject; sp=none");
        Assert.Equal(ZoneStatus.Warning, (await _zones.CheckAsync(sub))[^1].Status);
    }

    public void Dispose() => _zones.Dispose();

    private void Replace(string name, params string[] texts)
    {
        ForgetType(name, "TXT");
        _zones.Dns.Txt(name, texts);
    }

    // The fake forgets whole names.
    private void ForgetType(string name, string type)
    {
        _zones.Dns.Forget(name);
        if (name == "example.org")
        {
            _ = type == "MX" ? _zones.Dns.Txt(name, "v=spf1 ip4:192.0.2.1 ~all") : _zones.Dns.Mx(name, 10, "mx.example.org");
        }
        else if (name == "mx.example.org")
        {
            _zones.Dns.Address(name, Zones.Address);
        }
    }
}
