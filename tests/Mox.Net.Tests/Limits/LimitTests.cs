using System.Net;
using Mox.Net.Limits;
using Mox.Testing;

namespace Mox.Net.Tests.Limits;

public sealed class LimitTests
{
    private static readonly IPAddress Ip = IPAddress.Parse("192.0.2.1");
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.77/32 192.0.2.64/26 192.0.0.0/21")]
    [InlineData("255.255.255.255", "255.255.255.255/32 255.255.255.192/26 255.255.248.0/21")]
    [InlineData("::ffff:192.0.2.77", "192.0.2.77/32 192.0.2.64/26 192.0.0.0/21")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64 2001:db8:1::/48 2001:db8::/32")]
    [InlineData("fe80::1%1", "fe80::/64 fe80::/48 fe80::/32")]
    public void Masks_GiveThreeNetworks(string address, string expected)
    {
        var networks = new NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(IPAddress.Parse(address), networks);
        Assert.Equal(expected, string.Join(' ', networks));
    }

    [Fact]
    public void Connections_NewPerMinute_AreBoundedForEachNetwork()
    {
        var limits = new ConnectionLimits(_time);
        Assert.Equal(300, CountEntered(limits, _ => Ip, 400, hold: false));
        Assert.Equal(600, CountEntered(limits, i => V4(0xc000_0202 + (i % 40)), 2_000, hold: false)); // the rest of the /26's 900
        Assert.Equal(1_800, CountEntered(limits, i => V4(0xc000_0300 + (i % 1_000)), 10_000, hold: false)); // the rest of the /21's 2700
        Assert.Equal(1, CountEntered(limits, _ => IPAddress.Parse("198.51.100.1"), 1, hold: false));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(300, CountEntered(limits, _ => Ip, 400, hold: false));
    }

    [Fact]
    public void Connections_OpenAtOnce_AreBoundedForEachNetwork()
    {
        var limits = new ConnectionLimits(_time);
        Assert.Equal(30, CountEntered(limits, _ => Ip, 100, hold: true));
        Assert.Equal(60, CountEntered(limits, i => V4(0xc000_0202 + (i % 40)), 500, hold: true));
        Assert.Equal(180, CountEntered(limits, i => V4(0xc000_0300 + (i % 1_000)), 2_000, hold: true));
        Assert.Null(limits.TryEnter(V4(0xc000_0701), out var refusal));
        Assert.Equal(ConnectionRefusal.TooManyOpen, refusal);
    }

    [Fact]
    public void Connections_PlaceLeft_IsFreeOnceOnly()
    {
        var limits = new ConnectionLimits(_time);
        var places = Enumerable.Range(0, 30).Select(_ => limits.TryEnter(Ip, out var _)!).ToList();
        Assert.Null(limits.TryEnter(Ip, out _));
        places[0].Dispose();
        places[0].Dispose();
        Assert.NotNull(limits.TryEnter(Ip, out _));
        Assert.Null(limits.TryEnter(Ip, out _));
    }

    [Fact]
    public void Connections_WithoutLimits_AllEnter()
    {
        Assert.Equal(5_000, CountEntered(new ConnectionLimits(_time, isEnabled: false), _ => Ip, 5_000, hold: true));
    }

    [Fact]
    public void FailedLogins_TenAMinuteAndFiftyADay()
    {
        var limiter = new FailedLoginLimiter(_time);
        var allowed = 0;
        for (var minute = 0; minute < 20; minute++)
        {
            for (var attempt = 0; attempt < 20; attempt++)
            {
                allowed += limiter.TryBegin(Ip) ? 1 : 0;
            }

            Assert.Equal(Math.Min(50, (minute + 1) * 10), allowed);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(limiter.TryBegin(Ip));
    }

    [Fact]
    public void FailedLogins_Success_ForgetsTheAddressAndFreesItsNetwork()
    {
        var limiter = new FailedLoginLimiter(_time);
        for (var i = 0; i < 30; i++)
        {
            Assert.True(limiter.TryBegin(V4(0xc000_0201 + (uint)(i / 10))));
        }

        Assert.False(limiter.TryBegin(Ip));
        Assert.False(limiter.TryBegin(V4(0xc000_0210))); // the /26 is full
        limiter.Succeeded(Ip);
        Assert.True(limiter.TryBegin(Ip));
        Assert.True(limiter.TryBegin(V4(0xc000_0210)));
    }

    [Fact]
    public void FailedLogins_TakenBack_DoNotCount()
    {
        var limiter = new FailedLoginLimiter(_time);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(limiter.TryBegin(Ip));
            limiter.TakeBack(Ip);
        }

        var unlimited = new FailedLoginLimiter(_time, isEnabled: false);
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.True(unlimited.TryBegin(Ip)));
    }

    [Fact]
    public void Rate_Amounts_CountOnlyWhatFits()
    {
        var limiter = new RateLimiter(_time, new RateWindow(TimeSpan.FromMinutes(1), 1_000, 3_000, 9_000));
        Assert.False(limiter.TryAdd(Ip, 1_001));
        Assert.True(limiter.TryAdd(Ip, 999));
        Assert.False(limiter.TryAdd(Ip, 2));
        Assert.True(limiter.HasRoom(Ip, 1));
        Assert.False(limiter.HasRoom(Ip, 2));
        Assert.True(limiter.TryAdd(Ip));
        Assert.False(limiter.TryAdd(Ip, long.MaxValue));
    }

    [Fact]
    public void Rate_ARefusedAttempt_CountsInNoWindow()
    {
        var limiter = new RateLimiter(
            _time, new RateWindow(TimeSpan.FromDays(1), 5, 5, 5), new RateWindow(TimeSpan.FromMinutes(1), 2, 2, 2));
        for (var minute = 0; minute < 2; minute++)
        {
            Assert.True(limiter.TryAdd(Ip));
            Assert.True(limiter.TryAdd(Ip));
            Assert.False(limiter.TryAdd(Ip));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(limiter.TryAdd(Ip));
        Assert.False(limiter.TryAdd(Ip));
    }

    [Fact]
    public void Rate_AMillionNetworks_StayBounded()
    {
        var limiter = new RateLimiter(_time, new RateWindow(TimeSpan.FromDays(1), 1, 1_000, 1_000_000));
        var before = GC.GetTotalMemory(true);
        for (var i = 0u; i < 1_000_000; i++)
        {
            limiter.TryAdd(V4(i * 64));
        }

        Assert.InRange(GC.GetTotalMemory(true) - before, 0, 12_000_000);
        Assert.False(limiter.TryAdd(V4(0)));
        GC.KeepAlive(limiter);
    }

    private static IPAddress V4(long address) =>
        new([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]);

    private static int CountEntered(ConnectionLimits limits, Func<int, IPAddress> address, int times, bool hold)
    {
        var entered = 0;
        for (var i = 0; i < times; i++)
        {
            if (limits.TryEnter(address(i), out _) is { } place)
            {
                entered++;
                if (!hold)
                {
                    place.Dispose();
                }
            }
        }

        return entered;
    }
}
