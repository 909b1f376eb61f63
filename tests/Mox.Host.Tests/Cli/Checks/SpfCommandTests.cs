namespace Mox.Host.Tests.Cli.Checks;

public class SpfCommandTests
{
    private readonly CheckRun _run = new();

    public SpfCommandTests() => _run.Dns
        .Txt("example.org", "other text", "v=spf1 a:a.example.org mx -all exp=why.example.org").Address("a.example.org", "192.0.2.1")
        .Mx("example.org", 10, "mx.example.org").Address("mx.example.org", "192.0.2.2").Txt("why.example.org", "%{i} is not ours, %{r}")
        .Txt("soft.example.org", "v=spf1 ~all").Txt("two.example.org", "v=spf1 -all", "v=spf1 +all").Txt("bad.example.org", "v=spf1 nonsense -all")
        .Timeout("slow.example.org").Authentic("example.org");

    [Fact]
    public async Task Check_OfSenders_HasTheResultsOfTheRfc()
    {
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.2", "--mailfrom", "anna@example.org")).Result("pass", 0)
            .Says("identity: mailfrom").Says("domain: example.org").Says("mechanism: mx").Says("  example.org: a:a.example.org: no match").Says("  example.org: mx: match")
            .Says("lookups: 2").Says("void lookups: 0").Says("authentic: yes");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.9", "--mailfrom", "<anna@example.org>", "--receiver", "mx.example.net")).Result("fail", 1)
            .Says("mechanism: -all").Says("explanation: 192.0.2.9 is not ours, mx.example.net");
        (await _run.RunAsync("spf", "check", "--ip", "::ffff:192.0.2.2", "--helo", "example.org", "--mailfrom", "<>")).Result("pass", 0).Says("sender: postmaster@example.org");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.2", "--helo", "example.org")).Result("pass", 0).Says("identity: helo");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.2", "--mailfrom", "a@soft.example.org")).Result("softfail", 1);
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.2", "--mailfrom", "a@two.example.org")).Result("permerror", 1).Says("problem: the domain has 2 SPF records");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.2", "--mailfrom", "a@slow.example.org")).Result("temperror", 1);
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.2", "--mailfrom", "a@none.example.org")).Result("none", 1);
    }

    [Fact]
    public async Task Check_AsJson_HasTheTrailInAList()
    {
        var json = await _run.JsonAsync("spf", "check", "--ip", "192.0.2.2", "--mailfrom", "anna@example.org");
        Assert.Equal(("pass", 2), (json.GetProperty("result").GetString(), json.GetProperty("trail").GetArrayLength()));
        Assert.Equal(0, json.GetProperty("voidLookups").GetInt32());
    }

    [Fact]
    public async Task Check_OfNonsense_IsOneLine()
    {
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.1")).IsRefused("the sender has no name: give --mailfrom ADDRESS");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.1", "--mailfrom", "<>")).IsRefused("the sender has no name: ");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2.1", "--mailfrom", "anna")).IsRefused("\"anna\" is no address: ");
        (await _run.RunAsync("spf", "check", "--ip", "192.0.2", "--mailfrom", "anna@example.org", "--resolver", "1:2:3")).IsRefused("\"1:2:3\" is no DNS server: ");
        CheckOutput missing = await _run.RunAsync("spf", "check", "--mailfrom", "anna@example.org");
        Assert.Equal(2, missing.Code);
        Assert.Contains("--ip", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parse_OfRecords_SaysWhatTheyMeanOrWhatIsWrong()
    {
        (await _run.RunAsync("spf", "parse", "v=spf1 a/24 ~include:example.net ip4:192.0.2.0/24 redirect=_spf.example.org")).Result("pass", 0)
            .Says("  pass a/24").Says("  softfail ~include:example.net").Says("  pass ip4:192.0.2.0/24").Says("redirect: _spf.example.org").Says("terms that ask DNS: 3");
        (await _run.RunAsync("spf", "parse", "v=spf1 ip4:192.0.2.0/33")).Result("permerror", 1).Says("problem: ip4:192.0.2.0/33: a bad prefix length");
        (await _run.RunAsync("spf", "parse", "v=spf2 all")).Result("permerror", 1).Says("problem: the record does not begin with v=spf1");
        Assert.Empty(_run.Dns.Questions);
    }

    [Fact]
    public async Task Lookup_OfDomains_ReadsTheirRecord()
    {
        (await _run.RunAsync("spf", "lookup", "example.org")).Result("pass", 0).Says("domain: example.org").Says("authentic: yes").Says("  fail -all").Says("explanation: why.example.org");
        (await _run.RunAsync("spf", "lookup", "two.example.org")).Result("permerror", 1).Says("  v=spf1 +all");
        (await _run.RunAsync("spf", "lookup", "bad.example.org")).Result("permerror", 1).Says("record: v=spf1 nonsense -all");
        (await _run.RunAsync("spf", "lookup", "slow.example.org")).Result("temperror", 1);
        (await _run.RunAsync("spf", "lookup", "a.example.org")).Result("none", 1);
    }
}
