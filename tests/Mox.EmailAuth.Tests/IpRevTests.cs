using System.Net;
using Mox.Dns;
using Mox.Testing;

namespace Mox.EmailAuth.Tests;

public sealed class IpRevTests : IDisposable
{
    private readonly FakeDns _dns = new();
    private readonly MetricRecorder _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Verify_OfAnAddress_LooksThereAndBack()
    {
        _dns.Ptr("192.0.2.1", "other.example", "host.example").Address("host.example", "192.0.2.1").Address("other.example", "192.0.2.9")
            .Ptr("192.0.2.2", "other.example").Ptr("192.0.2.3", "down.example").Timeout("down.example")
            .Fail("4.2.0.192.in-addr.arpa", DnsStatus.ServFail).Ptr("2001:db8::1", "six.example").Address("six.example", "2001:db8::1");
        Assert.Equal((IpRevStatus.Pass, "host.example."), Said(await VerifyAsync("192.0.2.1")));
        Assert.Equal((IpRevStatus.Pass, "host.example."), Said(await VerifyAsync("::ffff:192.0.2.1")));
        Assert.Equal((IpRevStatus.Pass, "six.example."), Said(await VerifyAsync("2001:db8::1")));
        Assert.Equal((IpRevStatus.Fail, ""), Said(await VerifyAsync("192.0.2.2")));
        Assert.Equal((IpRevStatus.TempError, ""), Said(await VerifyAsync("192.0.2.3")));
        Assert.Equal((IpRevStatus.TempError, ""), Said(await VerifyAsync("192.0.2.4")));
        Assert.Equal((IpRevStatus.PermError, ""), Said(await VerifyAsync("192.0.2.5")));
    }

    [Fact]
    public async Task Verify_OfAnAddressWithManyNames_LooksAtTen()
    {
        _dns.Ptr("192.0.2.1", Enumerable.Range(0, 50).Select(i => $"n{i}.example")).Address("n10.example", "192.0.2.1");
        Assert.Equal(IpRevStatus.Fail, (await VerifyAsync("192.0.2.1")).Status);
        Assert.Equal(11, _dns.Questions.Count);
    }

    private static (IpRevStatus Status, string Name) Said(IpRevVerdict verdict) => (verdict.Status, verdict.Name.ToString());

    private Task<IpRevVerdict> VerifyAsync(string address) =>
        new IpRev(_dns, new ManualTimeProvider(), new EmailAuthMetrics(_metrics)).VerifyAsync(IPAddress.Parse(address), CancellationToken.None);
}
