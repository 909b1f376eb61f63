using System.Text;
using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.PublicSuffix;
using Mox.EmailAuth.Spf;
using Mox.Mime;
using Mox.Testing;

namespace Mox.EmailAuth.Tests.Dmarc;

public sealed class DmarcVerifierTests : IDisposable
{
    private readonly FakeDns _dns = new();
    private readonly MetricRecorder _metrics = new();
    private int _draw;

    public void Dispose() => _metrics.Dispose();

    [Theory]
    [InlineData("example.org", "pass example.org", "", DmarcStatus.Pass)]
    [InlineData("example.org", "pass mail.example.org", "", DmarcStatus.Pass)]
    [InlineData("www.example.org", "pass mail.example.org", "", DmarcStatus.Pass)]
    [InlineData("example.org", "pass example.net", "", DmarcStatus.Fail)]
    [InlineData("example.org", "softfail example.org", "", DmarcStatus.Fail)]
    [InlineData("example.org", "fail example.org", "pass example.org", DmarcStatus.Pass)]
    [InlineData("example.org", "none example.org", "fail example.org,pass list.example.net,pass a.example.org", DmarcStatus.Pass)]
    [InlineData("example.org", "none example.org", "fail example.org,pass list.example.net", DmarcStatus.Fail)]
    [InlineData("example.org", "temperror example.org", "fail example.org", DmarcStatus.TempError)]
    [InlineData("example.org", "temperror example.net", "fail example.org", DmarcStatus.Fail)]
    [InlineData("example.org", "fail example.org", "temperror example.org", DmarcStatus.TempError)]
    [InlineData("example.org", "pass org", "", DmarcStatus.Fail)]
    [InlineData("none.example.net", "pass none.example.net", "", DmarcStatus.None)]
    public async Task Verify_OfResults_HoldsThemAgainstTheAuthor(string from, string spf, string dkim, DmarcStatus expected)
    {
        _dns.Txt("_dmarc.example.org", "v=DMARC1; p=reject");
        var verdict = await VerifyAsync($"From: a@{from}\r\n", spf, dkim);
        Assert.Equal(expected, verdict.Status);
        Assert.Equal(expected == DmarcStatus.Fail ? DmarcPolicy.Reject : DmarcPolicy.None, verdict.Disposition);
    }

    [Theory]
    [InlineData("example.org", "pass mail.example.org", "", DmarcStatus.Fail)]
    [InlineData("example.org", "none example.org", "pass mail.example.org", DmarcStatus.Fail)]
    [InlineData("example.org", "pass example.org", "", DmarcStatus.Pass)]
    public async Task Verify_OfAStrictDomain_TakesOnlyItself(string from, string spf, string dkim, DmarcStatus expected)
    {
        _dns.Txt("_dmarc.example.org", "v=DMARC1; p=reject; adkim=s; aspf=s");
        Assert.Equal(expected, (await VerifyAsync($"From: a@{from}\r\n", spf, dkim)).Status);
    }

    [Theory]
    [InlineData("example.org", DmarcPolicy.Reject)]
    [InlineData("www.example.org", DmarcPolicy.Quarantine)]
    [InlineData("own.example.org", DmarcPolicy.None)]
    [InlineData("nowhere.example.org", DmarcPolicy.Reject)]
    public async Task Verify_OfADomainBelow_UsesThePolicyForIt(string from, DmarcPolicy expected)
    {
        _dns.Txt("_dmarc.example.org", "v=DMARC1; p=reject; sp=quarantine; np=reject").Txt("_dmarc.own.example.org", "v=DMARC1; p=none")
            .Address("www.example.org", "192.0.2.1");
        var verdict = await VerifyAsync($"From: a@{from}\r\n", "fail example.org", "");
        Assert.Equal((DmarcStatus.Fail, expected, expected), (verdict.Status, verdict.Policy, verdict.Disposition));
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject; pct=30", 29, DmarcPolicy.Reject)]
    [InlineData("v=DMARC1; p=reject; pct=30", 30, DmarcPolicy.Quarantine)]
    [InlineData("v=DMARC1; p=quarantine; pct=0", 0, DmarcPolicy.None)]
    [InlineData("v=DMARC1; p=reject; t=y", 0, DmarcPolicy.Quarantine)]
    public async Task Verify_OfAPolicyForSome_DrawsForEachMessage(string record, int draw, DmarcPolicy expected)
    {
        _dns.Txt("_dmarc.example.org", record);
        _draw = draw;
        var verdict = await VerifyAsync("From: a@example.org\r\n", "fail example.org", "");
        Assert.Equal((expected, expected != verdict.Policy), (verdict.Disposition, verdict.IsSampledOut));
    }

    [Theory]
    [InlineData("")]
    [InlineData("From: a@example.org\r\nFrom: b@example.org\r\n")]
    [InlineData("From: a@example.org, b@example.net\r\n")]
    [InlineData("From: group: a@example.org;\r\n")]
    public async Task Verify_OfAMessageWithoutOneAuthor_IsNone(string header)
    {
        _dns.Txt("_dmarc.example.org", "v=DMARC1; p=reject");
        var verdict = await VerifyAsync(header, "pass example.org", "");
        Assert.Equal((DmarcStatus.None, true), (verdict.Status, verdict.FromDomain.IsEmpty));
        Assert.NotEqual("", verdict.Problem);
    }

    [Fact]
    public async Task Verify_WhereThePolicyCannotBeAskedFor_IsTempError()
    {
        _dns.Fail("_dmarc.example.org", DnsStatus.ServFail);
        Assert.Equal((DmarcStatus.TempError, DmarcPolicy.None), Said(await VerifyAsync("From: a@example.org\r\n", "fail example.org", "")));
        _dns.Txt("_dmarc.two.example", "v=DMARC1; p=reject", "v=DMARC1; p=none");
        Assert.Equal((DmarcStatus.None, DmarcPolicy.None), Said(await VerifyAsync("From: a@two.example\r\n", "fail example.org", "")));
        _dns.Txt("_dmarc.bad.example", "v=DMARC1; p=reject; pct=x", "other");
        Assert.Equal((DmarcStatus.PermError, DmarcPolicy.None), Said(await VerifyAsync("From: a@bad.example\r\n", "fail example.org", "")));
    }

    [Fact]
    public async Task Lookup_OfPolicies_AsksTwice_AndKnowsWhetherAllIsAuthentic()
    {
        _dns.Txt("_dmarc.example.org", "v=DMARC1; p=reject").Authentic("example.org");
        var found = await Lookup().FindAsync(Domain.Parse("a.b.c.example.org"), CancellationToken.None);
        Assert.Equal(("example.org", "example.org", true), (found.Domain.Ascii, found.OrganizationalDomain.Ascii, found.IsAuthentic));
        Assert.Equal(2, _dns.Questions.Count);
    }

    [Theory]
    [InlineData("a.b.example.org", "example.org", "example.org")]
    [InlineData("a.example.psd", "example.psd", "a.example.psd")]
    [InlineData("x.own.example.org", "own.example.org", "own.example.org")]
    [InlineData("none.example.net", "none.example.net", "")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.example.org", "example.org", "example.org")]
    public async Task Lookup_ThatWalksTheTree_FindsTheOwner(string domain, string organizational, string found)
    {
        _dns.Txt("_dmarc.example.org", "v=DMARC1; p=reject").Txt("_dmarc.psd", "v=DMARC1; p=reject; psd=y").Txt("_dmarc.a.example.psd", "v=DMARC1; p=none")
            .Txt("_dmarc.own.example.org", "v=DMARC1; p=none; psd=n");
        var policy = await Lookup(walksTree: true).FindAsync(Domain.Parse(domain), CancellationToken.None);
        Assert.Equal((organizational, found), (policy.OrganizationalDomain.Ascii, policy.Domain.Ascii));
        Assert.InRange(_dns.Questions.Count, 1, 8);
    }

    [Fact]
    public async Task Lookup_OfWhoTakesReports_AsksOnlyOthers()
    {
        _dns.Txt("example.org._report._dmarc.reports.example.net", "v=DMARC1;").Fail("down.example", DnsStatus.ServFail);
        Assert.True(await TakesAsync("mail.example.org"));
        Assert.Empty(_dns.Questions);
        Assert.True(await TakesAsync("reports.example.net"));
        Assert.False(await TakesAsync("victim.example.com"));
        Assert.Null(await TakesAsync("down.example"));

        ValueTask<bool?> TakesAsync(string destination) => Lookup().TakesReportsAsync(Domain.Parse(destination), Domain.Parse("example.org"), CancellationToken.None);
    }

    private static (DmarcStatus Status, DmarcPolicy Disposition) Said(DmarcVerdict verdict) => (verdict.Status, verdict.Disposition);

    private DmarcLookup Lookup(bool walksTree = false) => new(_dns, PublicSuffixList.Default, walksTree);

    private Task<DmarcVerdict> VerifyAsync(string header, string spf, string dkim)
    {
        string[] words = spf.Split(' ');
        var spfVerdict = new SpfVerdict { Result = Enum.Parse<SpfResult>(words[0], ignoreCase: true), Identity = SpfIdentity.MailFrom, Domain = Domain.Parse(words[1]) };
        DkimVerdict[] signatures = [.. dkim.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one =>
        {
            string[] parts = one.Split(' ');
            Assert.True(DkimSignature.TryParse($"v=1; a=rsa-sha256; d={parts[1]}; s=s; h=from; bh=AAAA; b=AAAA", out var signature, out _));
            return new DkimVerdict { Status = Enum.Parse<DkimStatus>(parts[0], ignoreCase: true), Signature = signature };
        })];
        var verifier = new DmarcVerifier(Lookup(), _dns, new ManualTimeProvider(), new EmailAuthMetrics(_metrics), () => _draw);
        return verifier.VerifyAsync(new HeaderBlock(Encoding.UTF8.GetBytes(header)), spfVerdict, new DkimOutcome(signatures, default), CancellationToken.None);
    }
}
