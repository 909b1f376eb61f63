using System.Net;
using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.Spf;
using Mox.Testing;

namespace Mox.EmailAuth.Tests.Spf;

public sealed class SpfVerifierTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MetricRecorder _metrics = new();
    private readonly FakeDns _dns;

    public SpfVerifierTests() => _dns = new FakeDns(_time);

    public void Dispose() => _metrics.Dispose();

    [Theory]
    [InlineData("v=spf1 exists:a%_b.example.com -all", "user@example.com")]
    [InlineData("v=spf1 exists:%{l}.example.com -all", "\"a b\"@example.com")]
    public async Task Verify_WithASpaceInAName_AsksForIt(string record, string sender)
    {
        _dns.Txt("example.com", record).Address("a\\032b.example.com", "127.0.0.2");
        Assert.Equal(SpfResult.Pass, (await VerifyAsync("192.0.2.1", sender)).Result);
    }

    // Appendix A of the RFC: one zone, many records.
    [Theory]
    [InlineData("v=spf1 +all", "192.0.2.65", SpfResult.Pass)]
    [InlineData("v=spf1 a -all", "192.0.2.10", SpfResult.Pass)]
    [InlineData("v=spf1 a -all", "192.0.2.65", SpfResult.Fail)]
    [InlineData("v=spf1 a:example.org -all", "192.0.2.10", SpfResult.Fail)]
    [InlineData("v=spf1 mx -all", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1 mx -all", "192.0.2.10", SpfResult.Fail)]
    [InlineData("v=spf1 mx:example.org -all", "192.0.2.140", SpfResult.Pass)]
    [InlineData("v=spf1 mx mx:example.org -all", "192.0.2.140", SpfResult.Pass)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", SpfResult.Pass)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", SpfResult.Pass)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", SpfResult.Fail)]
    [InlineData("v=spf1 ptr -all", "192.0.2.65", SpfResult.Pass)]
    [InlineData("v=spf1 ptr -all", "192.0.2.140", SpfResult.Fail)]
    [InlineData("v=spf1 ptr -all", "10.0.0.4", SpfResult.Fail)]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", SpfResult.Fail)]
    public async Task Verify_OfTheRfcsExamples_GivesTheirResults(string record, string client, SpfResult expected)
    {
        AddExampleZone();
        _dns.Txt("example.com", record);
        Assert.Equal(expected, (await VerifyAsync(client)).Result);
    }

    [Theory]
    [InlineData("v=spf1 ~all", SpfResult.SoftFail, "~all")]
    [InlineData("v=spf1 ?all", SpfResult.Neutral, "?all")]
    [InlineData("v=spf1", SpfResult.Neutral, "default")]
    [InlineData("v=spf1 include:pass.example -all", SpfResult.Pass, "include:pass.example")]
    [InlineData("v=spf1 ?include:pass.example -all", SpfResult.Neutral, "?include:pass.example")]
    [InlineData("v=spf1 include:fail.example ~all", SpfResult.SoftFail, "~all")]
    [InlineData("v=spf1 include:none.example ~all", SpfResult.PermError, "include:none.example")]
    [InlineData("v=spf1 include:bad.example ~all", SpfResult.PermError, "include:bad.example")]
    [InlineData("v=spf1 include:down.example ~all", SpfResult.TempError, "include:down.example")]
    [InlineData("v=spf1 a:down.example ~all", SpfResult.TempError, "a:down.example")]
    [InlineData("v=spf1 mx:down.example ~all", SpfResult.TempError, "mx:down.example")]
    [InlineData("v=spf1 exists:down.example ~all", SpfResult.TempError, "exists:down.example")]
    [InlineData("v=spf1 redirect=fail.example", SpfResult.Fail, "-all")]
    [InlineData("v=spf1 redirect=none.example", SpfResult.PermError, "redirect=none.example")]
    [InlineData("v=spf1 redirect=down.example", SpfResult.TempError, "")]
    [InlineData("v=spf1 redirect=fail.example ?all", SpfResult.Neutral, "?all")]
    [InlineData("v=spf1 exists:%{ir}.list.example -all", SpfResult.Pass, "exists:%{ir}.list.example")]
    [InlineData("v=spf1 a:%{l}..%{d} ~all", SpfResult.SoftFail, "~all")]
    [InlineData("v=spf1 mx:nomail.example ~all", SpfResult.SoftFail, "~all")]
    [InlineData("v=spf1 foo", SpfResult.PermError, "")]
    public async Task Verify_OfEachMechanism_SaysWhatDecided(string record, SpfResult expected, string mechanism)
    {
        _dns.Txt("example.com", record).Txt("pass.example", "v=spf1 ip4:192.0.2.0/24").Txt("fail.example", "v=spf1 -all")
            .Txt("bad.example", "v=spf1 foo").Address("none.example", "192.0.2.1").Timeout("down.example")
            .Address("3.2.0.192.list.example", "127.0.0.2").Mx("nomail.example", 0, ".");
        var verdict = await VerifyAsync("192.0.2.3");
        Assert.Equal((expected, mechanism, record), (verdict.Result, verdict.Mechanism, verdict.Mechanism == "-all" ? record : verdict.Record));
        Assert.Equal(expected is SpfResult.TempError or SpfResult.PermError, verdict.Problem.Length > 0);
    }

    [Fact]
    public async Task Verify_WithoutARecord_IsNone()
    {
        _dns.Txt("example.com", "other text", "v=spf10 -all");
        Assert.Equal(SpfResult.None, (await VerifyAsync("192.0.2.3")).Result);
        Assert.Equal(SpfResult.None, (await VerifyAsync("192.0.2.3", "u@none.example")).Result);
        _dns.Txt("two.example", "v=spf1 -all", "V=spf1 +all");
        Assert.Equal(SpfResult.PermError, (await VerifyAsync("192.0.2.3", "u@two.example")).Result);
        _dns.Fail("down.example", DnsStatus.ServFail);
        Assert.Equal(SpfResult.TempError, (await VerifyAsync("192.0.2.3", "u@down.example")).Result);
        Assert.Equal(4, _metrics.Of("mox.auth.check.duration", ("method", "spf")).Count);
    }

    [Theory]
    [InlineData("mail.example.net", SpfResult.Pass, "mail.example.net", "postmaster@mail.example.net")]
    [InlineData("localhost", SpfResult.None, "localhost", "postmaster@localhost")]
    [InlineData("[192.0.2.3]", SpfResult.None, "", "postmaster@")]
    [InlineData("not a name", SpfResult.None, "", "postmaster@")]
    public async Task Verify_OfTheHelo_AsksItsDomain(string helo, SpfResult expected, string domain, string sender)
    {
        _dns.Txt("mail.example.net", "v=spf1 exists:%{l}.%{o}.h.example -all").Address("postmaster.mail.example.net.h.example", "127.0.0.2");
        foreach (var (identity, from) in new[] { (SpfIdentity.Helo, "u@example.com"), (SpfIdentity.MailFrom, "") })
        {
            var verdict = await VerifyAsync("192.0.2.3", from, helo, identity);
            Assert.Equal((expected, identity, domain, sender), (verdict.Result, verdict.Identity, verdict.Domain.Ascii, verdict.Sender));
        }
    }

    [Fact]
    public async Task Verify_OfAChainOfIncludes_StopsAfterTenTerms()
    {
        _dns.Txt("example.com", "v=spf1 include:i1.example -all");
        for (int i = 1; i < 50; i++)
        {
            _dns.Txt($"i{i}.example", $"v=spf1 include:i{i + 1}.example -all");
        }

        var verdict = await VerifyAsync("192.0.2.3");
        Assert.Equal(SpfResult.PermError, verdict.Result);
        Assert.Contains("more than 10 terms", verdict.Problem, StringComparison.Ordinal);
        Assert.Equal(11, _dns.Questions.Count);
        Assert.Equal(11, verdict.Lookups);
    }

    [Fact]
    public async Task Verify_OfALoop_Ends()
    {
        _dns.Txt("example.com", "v=spf1 redirect=example.com");
        Assert.Equal(SpfResult.PermError, (await VerifyAsync("192.0.2.3")).Result);
        _dns.Txt("u.example", "v=spf1 include:u.example include:u.example -all");
        Assert.Equal(SpfResult.PermError, (await VerifyAsync("192.0.2.3", "a@u.example")).Result);
        Assert.InRange(_dns.Questions.Count, 2, 24);
    }

    [Fact]
    public async Task Verify_WithTenTermsAndTwoEmptyAnswers_IsStillFine()
    {
        AddExampleZone();
        _dns.Txt("example.com", "v=spf1 a:n1.example.com a:n2.example.com " + string.Join(' ', Enumerable.Repeat("a:mail-a.example.com", 8)) + " ip4:10.0.0.4 -all");
        var verdict = await VerifyAsync("10.0.0.4");
        Assert.Equal((SpfResult.Pass, 10, 2), (verdict.Result, verdict.Lookups, verdict.VoidLookups));
        _dns.Txt("v.example", "v=spf1 a:n1.example.com a:n2.example.com a:n3.example.com ip4:10.0.0.4 -all");
        verdict = await VerifyAsync("10.0.0.4", "u@v.example");
        Assert.Equal(SpfResult.PermError, verdict.Result);
        Assert.Contains("more than 2 questions", verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfADomainWithElevenMailHosts_IsPermError()
    {
        for (int i = 0; i < 11; i++)
        {
            _dns.Mx("example.com", i, $"mx{i}.example.com").Address($"mx{i}.example.com", $"192.0.2.{i}");
        }

        _dns.Txt("example.com", "v=spf1 mx -all");
        Assert.Equal(SpfResult.PermError, (await VerifyAsync("192.0.2.3")).Result);
        Assert.Equal(2, _dns.Questions.Count);
    }

    [Fact]
    public async Task Verify_OfAClientWithManyNames_LooksAtTen()
    {
        for (int i = 0; i < 30; i++)
        {
            _dns.Ptr("192.0.2.3", $"n{i}.example.com").Address($"n{i}.example.com", i == 10 ? "192.0.2.3" : "192.0.2.4");
        }

        _dns.Txt("example.com", "v=spf1 ptr -all");
        Assert.Equal(SpfResult.Fail, (await VerifyAsync("192.0.2.3")).Result);
        Assert.Equal(12, _dns.Questions.Count);
    }

    [Fact]
    public async Task Verify_WhereTheClientsNamesFail_DoesNotMatchThem()
    {
        _dns.Txt("example.com", "v=spf1 ptr ptr:x.example ~all").Fail("3.2.0.192.in-addr.arpa", DnsStatus.ServFail);
        Assert.Equal(SpfResult.SoftFail, (await VerifyAsync("192.0.2.3")).Result);
        Assert.Equal(1, _dns.Asked("3.2.0.192.in-addr.arpa"));
    }

    [Fact]
    public async Task Verify_OfIPv6_UsesItsOwnRecordsAndNibbles()
    {
        _dns.Txt("example.com", "v=spf1 a//64 exists:%{ir}.%{v}.x.example -all").Address("example.com", "2001:db8::1", "192.0.2.1")
            .Address("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.x.example", "127.0.0.2");
        Assert.Equal("a//64", (await VerifyAsync("2001:db8::ffff")).Mechanism);
        Assert.Equal(SpfResult.Fail, (await VerifyAsync("2001:db8:1::1")).Result);
        _dns.Txt("e.example", "v=spf1 exists:%{ir}.%{v}.x.example -all");
        Assert.Equal(SpfResult.Pass, (await VerifyAsync("2001:0db8:0:0:0:0:0:1", "u@e.example")).Result);
    }

    [Fact]
    public async Task Verify_OfAMappedAddress_TakesItAsIPv4()
    {
        _dns.Txt("example.com", "v=spf1 ip4:192.0.2.0/24 -all");
        Assert.Equal(SpfResult.Pass, (await VerifyAsync("::ffff:192.0.2.3")).Result);
    }

    [Fact]
    public async Task Verify_ThatFails_TellsTheDomainsExplanation()
    {
        _dns.Txt("example.com", "v=spf1 -all exp=why.%{d}").Txt("why.example.com", "%{i} is not one of %{d}'s, says %{r} (%{c} %{t}%_%{p})")
            .Ptr("192.0.2.3", "other.example", "host.example.com").Address("other.example", "192.0.2.3").Address("host.example.com", "192.0.2.3");
        var verdict = await VerifyAsync("192.0.2.3");
        Assert.Equal($"192.0.2.3 is not one of example.com's, says mx.example.org (192.0.2.3 {_time.GetUtcNow().ToUnixTimeSeconds()} host.example.com)", verdict.Explanation);

        // That of an included record does not count; that of a record led to does.
        _dns.Txt("i.example", "v=spf1 include:example.com -all").Txt("r.example", "v=spf1 redirect=example.com exp=none.example");
        Assert.Null((await VerifyAsync("192.0.2.3", "u@i.example")).Explanation);
        Assert.Equal(verdict.Explanation, (await VerifyAsync("192.0.2.3", "u@r.example")).Explanation);
    }

    [Theory]
    [InlineData("two", "a", "b")]
    [InlineData("bad", "%{q}")]
    [InlineData("eight-bit", "\u00e9")]
    [InlineData("none")]
    public async Task Verify_WithABadExplanation_FailsWithoutIt(string name, params string[] texts)
    {
        _dns.Txt("example.com", $"v=spf1 -all exp={name}.example").Txt($"{name}.example", texts);
        var verdict = await VerifyAsync("192.0.2.3");
        Assert.Equal((SpfResult.Fail, null), (verdict.Result, verdict.Explanation));
    }

    [Fact]
    public async Task Verify_OfAnInternationalSender_MatchesNoMacroOfItsLocalPart()
    {
        _dns.Txt("xn--bcher-kva.example", "v=spf1 exists:%{l}.x.example exists:%{o}.y.example -all").Address("xn--bcher-kva.example.y.example", "127.0.0.2");
        var verdict = await VerifyAsync("192.0.2.3", "\u00fc@b\u00fccher.example");
        Assert.Equal((SpfResult.Pass, "exists:%{o}.y.example"), (verdict.Result, verdict.Mechanism));
    }

    [Fact]
    public async Task Verify_OfASlowDomain_EndsAfterTwentySeconds()
    {
        _dns.Txt("example.com", "v=spf1 a:slow.example -all").Slow("slow.example", TimeSpan.FromMinutes(1));
        var pending = VerifyAsync("192.0.2.3");
        await _time.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromSeconds(20));
        var verdict = await pending;
        Assert.Equal(SpfResult.TempError, verdict.Result);
        Assert.Equal(TimeSpan.FromSeconds(20), verdict.Duration);
    }

    [Fact]
    public async Task Verify_OfASignedDomain_IsAuthenticOnlyWhenAllIs()
    {
        _dns.Txt("example.com", "v=spf1 a:h.example -all").Address("h.example", "192.0.2.3").Authentic("example.com");
        Assert.False((await VerifyAsync("192.0.2.3")).IsAuthentic);
        _dns.Authentic("h.example");
        Assert.True((await VerifyAsync("192.0.2.3")).IsAuthentic);
    }

    [Fact]
    public async Task Verify_OfAnything_LeavesATrail()
    {
        _dns.Txt("example.com", "v=spf1 include:i.example ip4:192.0.2.3 -all").Txt("i.example", "v=spf1 a ?all").Address("i.example", "192.0.2.9");
        Assert.Equal(
            ["i.example: a: no match", "i.example: ?all: match", "example.com: include:i.example: no match", "example.com: ip4:192.0.2.3: match"],
            (await VerifyAsync("192.0.2.3")).Trail.Select(step => step.ToString()));
    }

    [Fact]
    public async Task Verify_OfARecordWithThousandsOfTerms_IsBounded()
    {
        _dns.Txt("example.com", "v=spf1 " + string.Join(' ', Enumerable.Repeat("ip4:10.0.0.1", 5000)) + " -all");
        var verdict = await VerifyAsync("192.0.2.3");
        Assert.Equal((SpfResult.Fail, 100), (verdict.Result, verdict.Trail.Count));
    }

    private void AddExampleZone() => _dns
        .Address("example.com", "192.0.2.10", "192.0.2.11").Mx("example.com", 10, "mail-a.example.com").Mx("example.com", 20, "mail-b.example.com")
        .Address("amy.example.com", "192.0.2.65").Address("bob.example.com", "192.0.2.66")
        .Address("mail-a.example.com", "192.0.2.129").Address("mail-b.example.com", "192.0.2.130")
        .Mx("example.org", 10, "mail-c.example.org").Address("mail-c.example.org", "192.0.2.140").Address("example.org", "198.51.100.1")
        .Ptr("192.0.2.65", "amy.example.com").Ptr("192.0.2.140", "mail-c.example.org").Ptr("10.0.0.4", "bob.example.com");

    private Task<SpfVerdict> VerifyAsync(
        string client, string from = "strong-bad@example.com", string helo = "mail.example.net", SpfIdentity identity = SpfIdentity.MailFrom) =>
        new SpfVerifier(_dns, _time, new EmailAuthMetrics(_metrics)).VerifyAsync(
            new SpfSender
            {
                ClientIp = IPAddress.Parse(client),
                Helo = helo,
                MailFrom = from.Length == 0 ? default : Address.Parse(from),
                Receiver = Domain.Parse("mx.example.org"),
            },
            identity,
            CancellationToken.None);
}
