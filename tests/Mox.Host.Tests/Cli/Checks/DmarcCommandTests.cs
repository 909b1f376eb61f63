namespace Mox.Host.Tests.Cli.Checks;

public class DmarcCommandTests
{
    private const string Message = "From: Anna <anna@news.example.org>\r\nSubject: hello\r\n\r\nHello\r\n";

    private readonly CheckRun _run = new();

    public DmarcCommandTests() => _run.Dns
        .Txt("_dmarc.example.org", "v=DMARC1; p=reject; sp=quarantine; pct=50; rua=mailto:r@example.org,mailto:r@reports.example.net!10m; ruf=mailto:f@other.example.com")
        .Txt("example.org._report._dmarc.reports.example.net", "v=DMARC1;")
        .Txt("example.org", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.two.example", "v=DMARC1; p=none", "v=DMARC1; p=reject").Txt("_dmarc.bad.example", "v=DMARC1; p=perhaps")
        .Txt("_dmarc.quiet.example", "v=DMARC1; p=none").Timeout("_dmarc.slow.example");

    [Fact]
    public async Task Verify_OfMessages_HoldsSpfAndDkimAgainstFrom()
    {
        (await _run.RunWithInputAsync(Message, "dmarc", "verify", "--ip", "192.0.2.1", "--mailfrom", "bounces@example.org")).Result("pass", 0)
            .Says("from domain: news.example.org").Says("spf aligned: yes").Says("dkim aligned: no").Says("disposition: none")
            .Says("  domain: example.org").Says("  subdomain policy: quarantine").Says("  percentage: 50").Says("  mechanism: ip4:192.0.2.1");
        (await _run.RunWithInputAsync(Message, "dmarc", "verify", "--ip", "192.0.2.9", "--mailfrom", "bounces@example.org")).Result("fail", 1)
            .Says("spf aligned: no").Says("disposition: quarantine").Says("  result: fail");
        (await _run.RunWithInputAsync(Message, "dmarc", "verify")).Result("fail", 1).Says("  problem: the client is not known").Says("  problem: the message is not signed");
        (await _run.RunWithInputAsync("From: a@quiet.example, b@quiet.example\r\n\r\n", "dmarc", "verify")).Result("none", 1)
            .Says("problem: the From field has more than one address, or a group");
        (await _run.RunWithInputAsync(Message, "dmarc", "verify", "--helo", "example.org")).IsRefused("--helo and --mailfrom say nothing without");
        var json = await _run.JsonWithInputAsync(Message, "dmarc", "verify", "--ip", "192.0.2.1", "--mailfrom", "bounces@example.org");
        Assert.Equal("pass", json.GetProperty("spf").GetProperty("result").GetString());
        Assert.Equal("reject", json.GetProperty("policy").GetProperty("policy").GetString());
    }

    [Fact]
    public async Task Lookup_OfDomains_FindsThePolicyThatHolds()
    {
        (await _run.RunAsync("dmarc", "lookup", "a.b.example.org")).Result("pass", 0)
            .Says("domain: example.org").Says("organizational domain: example.org").Says("policy: reject").Says("  r@reports.example.net");
        (await _run.RunAsync("dmarc", "lookup", "a.b.example.org", "--tree-walk")).Result("pass", 0).Says("domain: example.org");
        (await _run.RunAsync("dmarc", "lookup", "none.example")).Result("none", 1).Says("problem: the domain has no policy");
        (await _run.RunAsync("dmarc", "lookup", "two.example")).Result("none", 1).Says("problem: _dmarc.two.example. has 2 policies");
        (await _run.RunAsync("dmarc", "lookup", "bad.example")).Result("permerror", 1);
        (await _run.RunAsync("dmarc", "lookup", "slow.example")).Result("temperror", 1);
    }

    [Fact]
    public async Task CheckReportAddresses_WantsTheWordOfOtherOwners()
    {
        (await _run.RunAsync("dmarc", "check-report-addresses", "example.org")).Result("fail", 1)
            .Says("    address: r@example.org").Says("    result: pass").Says("    result: fail").Says("    problem: other.example.com does not say that it takes reports about example.org");
        _run.Dns.Txt("example.org._report._dmarc.other.example.com", "v=DMARC1");
        (await _run.RunAsync("dmarc", "check-report-addresses", "news.example.org")).Result("pass", 0);
        _run.Dns.Forget("example.org._report._dmarc.other.example.com").Timeout("other.example.com");
        (await _run.RunAsync("dmarc", "check-report-addresses", "example.org")).Result("temperror", 1);
        (await _run.RunAsync("dmarc", "check-report-addresses", "quiet.example")).Result("none", 1).Says("problem: the policy names nobody for reports");
        (await _run.RunAsync("dmarc", "check-report-addresses", "none.example")).Result("none", 1);
    }

    [Fact]
    public async Task ArcVerify_WithoutAChain_AndWithABrokenOne_SaysSo()
    {
        (await _run.RunWithInputAsync(Message, "arc", "verify")).Result("none", 1).Says("problem: nobody has sealed the message");
        (await _run.RunWithInputAsync("ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=s1; b=AAAA\r\n" + Message, "arc", "verify")).Result("fail", 1)
            .Says("problem: the set 1 is not whole");
    }

    [Fact]
    public async Task Dnsbl_OfLists_BelievesThoseThatWork()
    {
        _run.Dns.Address("2.0.0.127.bl.example", "127.0.0.2").Address("9.2.0.192.bl.example", "127.0.0.4").Txt("9.2.0.192.bl.example", "sends spam")
            .Address("2.0.0.127.all.example", "127.0.0.2").Address("1.0.0.127.all.example", "127.0.0.2").Timeout("dead.example");
        (await _run.RunAsync("dnsbl", "check", "bl.example", "192.0.2.1")).Result("pass", 0).Says("zone: bl.example");
        (await _run.RunAsync("dnsbl", "check", "bl.example", "192.0.2.9")).Result("fail", 1).Says("explanation: sends spam");
        (await _run.RunAsync("dnsbl", "check", "all.example", "192.0.2.9")).Result("temperror", 1).Says("problem: 127.0.0.1 is listed: the list names everything");
        (await _run.RunAsync("dnsbl", "check", "dead.example", "192.0.2.9")).Result("temperror", 1);
        (await _run.RunAsync("dnsbl", "health", "bl.example")).Result("pass", 0);
        (await _run.RunAsync("dnsbl", "health", "all.example")).Result("fail", 1);
        (await _run.RunAsync("dnsbl", "health", "none.example")).Result("fail", 1).Says("problem: 127.0.0.2 is not listed, as it is on every list that works");
        (await _run.RunAsync("dnsbl", "check", "bl.example", "nonsense")).IsRefused("\"nonsense\" is no IP address: ");
    }
}
