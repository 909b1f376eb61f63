using Mox.Dns;

namespace Mox.Host.Tests.Cli.Checks;

public class DnsCommandTests
{
    private readonly CheckRun _run = new();

    [Fact]
    public async Task Lookup_OfRecords_PrintsThemAsInZones()
    {
        _run.Dns.Mx("example.org", 10, "mx.example.org").Mx("example.org", 20, "mx2.example.org").Authentic("example.org");
        (await _run.RunAsync("dns", "lookup", "mx", "example.org")).Result("NOERROR", 0)
            .Says("name: example.org.").Says("authentic: yes").Says("ttl: 300").Says("records:").Says("  10 mx.example.org.").Says("  20 mx2.example.org.");
        var json = await _run.JsonAsync("dns", "lookup", "MX", "example.org.");
        Assert.Equal("NOERROR", json.GetProperty("result").GetString());
        Assert.True(json.GetProperty("authentic").GetBoolean());
        Assert.Equal(["10 mx.example.org.", "20 mx2.example.org."], json.GetProperty("records").EnumerateArray().Select(record => record.GetString()));
        Assert.Equal(300, json.GetProperty("ttl").GetInt64());
        Assert.True(json.GetProperty("durationMs").GetDouble() >= 0);
    }

    [Fact]
    public async Task Lookup_WithoutRecords_SaysWhy()
    {
        _run.Dns.Address("a.example.org", "192.0.2.1").Bogus("bogus.example.org").Timeout("slow.example.org");
        (await _run.RunAsync("dns", "lookup", "AAAA", "a.example.org")).Result("NODATA", 1).Says("authentic: no");
        (await _run.RunAsync("dns", "lookup", "A", "none.example.org")).Result("NXDOMAIN", 1);
        (await _run.RunAsync("dns", "lookup", "A", "bogus.example.org")).Result("SERVFAIL", 1).Says("extended error: DNSSEC Bogus (6)");
        (await _run.RunAsync("dns", "lookup", "A", "slow.example.org")).Result("TIMEOUT", 1);
    }

    [Fact]
    public async Task Lookup_OfNamesInOtherForms_FindsThem()
    {
        _run.Dns.Ptr("192.0.2.1", "a.example.org").Address("xn--bcher-kva.example", "192.0.2.2").Txt("_dmarc.example.org", "v=DMARC1; \u001b[31mp=none");
        (await _run.RunAsync("dns", "lookup", "PTR", "192.0.2.1")).Result("NOERROR", 0).Says("  a.example.org.");
        (await _run.RunAsync("dns", "lookup", "A", "bücher.example")).Result("NOERROR", 0).Says("  192.0.2.2");
        (await _run.RunAsync("dns", "lookup", "TXT", "_dmarc.example.org")).Result("NOERROR", 0).Says("  \"v=DMARC1; \\027[31mp=none\"");
    }

    [Fact]
    public async Task Lookup_OfNonsense_IsOneLine()
    {
        (await _run.RunAsync("dns", "lookup", "XYZ", "example.org")).IsRefused("there is no record type \"XYZ\": use A, AAAA, ");
        (await _run.RunAsync("dns", "lookup", "A", "a..b")).IsRefused("\"a..b\" is no domain: ");
        (await _run.RunAsync("dns", "lookup", "A", "example.org", "--resolver", "127.0.0.1:x")).IsRefused("\"127.0.0.1:x\" is no DNS server: ");
        (await _run.RunAsync("dns", "lookup", "A", "example.org", "--resolver", "dns.example.org:5353")).IsRefused("the DNS server dns.example.org has no address: ");
    }

    [Fact]
    public async Task IpRev_OfHosts_HasTheResultsOfTheRfc()
    {
        _run.Dns.Ptr("192.0.2.1", "a.example.org").Address("a.example.org", "192.0.2.1").Ptr("192.0.2.2", "a.example.org").Ptr("2001:db8::1", "six.example.org")
            .Address("six.example.org", "2001:db8::1").Timeout(DnsName.Of(System.Net.IPAddress.Parse("192.0.2.3")).ToString());
        (await _run.RunAsync("iprev", "192.0.2.1")).Result("pass", 0).Says("name: a.example.org.").Says("authentic: no");
        (await _run.RunAsync("iprev", "2001:db8::1")).Result("pass", 0);
        (await _run.RunAsync("iprev", "192.0.2.2")).Result("fail", 1).Says("  a.example.org.").Says("problem: no name of the address leads back to it");
        (await _run.RunAsync("iprev", "192.0.2.3")).Result("temperror", 1);
        (await _run.RunAsync("iprev", "192.0.2.4")).Result("permerror", 1);
        (await _run.RunAsync("iprev", "nonsense")).IsRefused("\"nonsense\" is no IP address: ");
        (await _run.RunAsync("iprev", "1")).IsRefused("\"1\" is no IP address: ");
    }

    [Fact]
    public async Task PublicSuffix_OfDomains_SaysWhoseTheyAre()
    {
        (await _run.RunAsync("publicsuffix", "www.example.co.uk")).Result("pass", 0)
            .Says("public suffix: co.uk").Says("organizational domain: example.co.uk").Says("is public suffix: no");
        Assert.True((await _run.JsonAsync("publicsuffix", "co.uk")).GetProperty("isPublicSuffix").GetBoolean());
        (await _run.RunAsync("publicsuffix", "a b")).IsRefused("\"a b\" is no domain: ");
        Assert.Empty(_run.Dns.Questions);
    }
}
