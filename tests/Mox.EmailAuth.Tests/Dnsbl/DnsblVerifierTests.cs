using System.Net;
using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.Dnsbl;
using Mox.Testing;

namespace Mox.EmailAuth.Tests.Dnsbl;

public sealed class DnsblVerifierTests : IDisposable
{
    private static readonly Domain Zone = Domain.Parse("bl.example");

    private readonly FakeDns _dns = new FakeDns().Address("2.0.0.127.bl.example", "127.0.0.2");
    private readonly ManualTimeProvider _time = new();
    private readonly MetricRecorder _metrics = new();
    private readonly DnsblVerifier _verifier;

    public DnsblVerifierTests() => _verifier = new DnsblVerifier(_dns, _time, new EmailAuthMetrics(_metrics));

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Verify_OfAddresses_SaysWhichAreListed()
    {
        _dns.Address("3.2.0.192.bl.example", "127.0.0.4").Txt("3.2.0.192.bl.example", "spam seen")
            .Address("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example", "127.0.0.2")
            .Address("4.2.0.192.bl.example", "198.51.100.1");
        Assert.Equal(new DnsblVerdict(Zone, DnsblStatus.Listed, "spam seen"), await AskAsync("192.0.2.3"));
        Assert.Equal(DnsblStatus.Listed, (await AskAsync("::ffff:192.0.2.3")).Status);
        Assert.Equal(DnsblStatus.Listed, (await AskAsync("2001:db8::1")).Status);
        Assert.Equal(DnsblStatus.NotListed, (await AskAsync("192.0.2.4")).Status);
        Assert.Equal(DnsblStatus.NotListed, (await AskAsync("192.0.2.5")).Status);
        _dns.Fail("6.2.0.192.bl.example", DnsStatus.ServFail);
        Assert.Equal(DnsblStatus.TempError, (await AskAsync("192.0.2.6")).Status);
        Assert.Equal(1, _dns.Asked("2.0.0.127.bl.example"));
    }

    [Fact]
    public async Task Verify_OfAListThatNamesEverything_IsNotBelieved_UntilItWorksAgain()
    {
        _dns.Address("1.0.0.127.bl.example", "127.0.0.2").Address("3.2.0.192.bl.example", "127.0.0.2");
        Assert.Equal(DnsblStatus.TempError, (await AskAsync("192.0.2.3")).Status);
        _dns.Forget("1.0.0.127.bl.example");
        Assert.Equal(DnsblStatus.TempError, (await AskAsync("192.0.2.3")).Status);
        _time.Advance(DnsblVerifier.HealthLifetime);
        Assert.Equal(DnsblStatus.Listed, (await AskAsync("192.0.2.3")).Status);
    }

    [Fact]
    public async Task Health_OfADeadList_SaysWhatIsWrong()
    {
        Assert.Equal("", await _verifier.CheckHealthAsync(Zone, CancellationToken.None));
        Assert.Contains("127.0.0.2 is not listed", await _verifier.CheckHealthAsync(Domain.Parse("dead.example"), CancellationToken.None), StringComparison.Ordinal);
    }

    private Task<DnsblVerdict> AskAsync(string address) => _verifier.VerifyAsync(Zone, IPAddress.Parse(address), CancellationToken.None);
}
