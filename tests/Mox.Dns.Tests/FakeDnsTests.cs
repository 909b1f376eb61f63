using System.Net;
using Mox.Testing;

namespace Mox.Dns.Tests;

/// <summary>The fake that other libraries' tests rely on, and the combined questions over it.</summary>
public sealed class FakeDnsTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task LookupAddresses_OfAnAlias_CombinesBothKinds()
    {
        var dns = new FakeDns().Cname("mail.example", "mx.example.net").Address("mx.example.net", "192.0.2.1", "2001:db8::1", "192.0.2.2");
        var answer = await dns.LookupAddressesAsync(DnsName.Parse("mail.example"), None);
        Assert.Equal(DnsStatus.Ok, answer.Status);
        Assert.Equal(["192.0.2.1", "192.0.2.2", "2001:db8::1"], answer.Records.Select(a => a.ToString()));
        Assert.Equal("mx.example.net.", answer.CanonicalName.ToString());
        Assert.False(answer.IsAuthentic);
        Assert.Equal([(DnsName.Parse("mail.example"), "A"), (DnsName.Parse("mail.example"), "AAAA")], dns.Questions);
    }

    [Theory]
    [InlineData(DnsStatus.Ok, DnsStatus.Ok, DnsStatus.Ok)]
    [InlineData(DnsStatus.Ok, DnsStatus.ServFail, DnsStatus.Ok)]
    [InlineData(DnsStatus.NoData, DnsStatus.Ok, DnsStatus.Ok)]
    [InlineData(DnsStatus.NoData, DnsStatus.NoData, DnsStatus.NoData)]
    [InlineData(DnsStatus.NoData, DnsStatus.Timeout, DnsStatus.Timeout)]
    [InlineData(DnsStatus.ServFail, DnsStatus.NxDomain, DnsStatus.ServFail)]
    [InlineData(DnsStatus.NxDomain, DnsStatus.NoData, DnsStatus.NxDomain)]
    [InlineData(DnsStatus.NoData, DnsStatus.NxDomain, DnsStatus.NxDomain)]
    [InlineData(DnsStatus.NxDomain, DnsStatus.Refused, DnsStatus.Refused)]
    public async Task LookupAddresses_WhenTheKindsDiffer_SaysTheMoreUseful(DnsStatus v4, DnsStatus v6, DnsStatus combined)
    {
        var answer = await new PerType(v4, v6).LookupAddressesAsync(DnsName.Parse("x.example"), None);
        Assert.Equal(combined, answer.Status);
        // Whoever makes one question fail cannot take the other's proof away.
        Assert.Equal(combined == DnsStatus.Ok || (!IsFailure(v4) && !IsFailure(v6)), answer.IsAuthentic);
    }

    [Fact]
    public async Task LookupPtr_OfAnAddress_NamesIt()
    {
        var dns = new FakeDns().Ptr("192.0.2.1", "a.example", "b.example");
        var answer = await dns.LookupPtrAsync(IPAddress.Parse("192.0.2.1"), None);
        Assert.Equal(["a.example.", "b.example."], answer.Records.Select(n => n.ToString()));
    }

    [Fact]
    public async Task Fake_SaysHowNamesFail()
    {
        var dns = new FakeDns().Address("a.signed.example", "192.0.2.1").Authentic("signed.example").Bogus("forged.example")
            .Timeout("gone.example").Cname("loop.example", "loop.example");
        Assert.True((await A(dns, "a.signed.example")).IsAuthentic);
        Assert.Equal((DnsStatus.NoData, true), Said(await A(dns, "signed.example")));
        Assert.Equal((DnsStatus.NxDomain, true), Said(await A(dns, "no.signed.example")));
        Assert.Equal((DnsStatus.NxDomain, false), Said(await A(dns, "other.example")));
        var forged = await A(dns, "www.forged.example");
        Assert.Equal((DnsStatus.ServFail, false), Said(forged));
        Assert.True(forged.ExtendedError!.IsBogus);
        Assert.Equal(DnsStatus.Timeout, (await A(dns, "gone.example")).Status);
        Assert.Equal(DnsStatus.ServFail, (await A(dns, "loop.example")).Status);
        Assert.Equal(DnsStatus.NxDomain, (await A(dns.Forget("a.signed.example"), "a.signed.example")).Status);
        Assert.Equal(2, dns.Asked("a.signed.example"));
    }

    [Fact]
    public async Task Fake_ThatIsSlow_AnswersByTheClock()
    {
        var time = new ManualTimeProvider();
        var dns = new FakeDns(time).Address("slow.example", "192.0.2.1").Slow("slow.example", TimeSpan.FromSeconds(3));
        var pending = A(dns, "slow.example").AsTask();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        Assert.False(pending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(DnsStatus.Ok, (await pending).Status);
    }

    private static ValueTask<DnsAnswer<IPAddress>> A(FakeDns dns, string name) => dns.QueryAsync(DnsName.Parse(name), DnsRecordTypes.A, None);

    private static (DnsStatus Status, bool IsAuthentic) Said(DnsAnswer answer) => (answer.Status, answer.IsAuthentic);

    private static bool IsFailure(DnsStatus status) => status is not (DnsStatus.Ok or DnsStatus.NoData or DnsStatus.NxDomain);

    private sealed class PerType(DnsStatus v4, DnsStatus v6) : IDnsResolver
    {
        public ValueTask<DnsAnswer<T>> QueryAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct)
        {
            var status = type.Name == "A" ? v4 : v6;
            var address = (T)(object)IPAddress.Parse(type.Name == "A" ? "192.0.2.1" : "2001:db8::1");
            return ValueTask.FromResult(new DnsAnswer<T>
            {
                Status = status,
                CanonicalName = name,
                IsAuthentic = !IsFailure(status),
                Records = status == DnsStatus.Ok ? [address] : [],
            });
        }
    }
}
