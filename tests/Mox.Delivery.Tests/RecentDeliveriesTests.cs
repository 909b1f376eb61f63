using Mox.Testing;

namespace Mox.Delivery.Tests;

public class RecentDeliveriesTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Contains_AsLongAsSendersTry()
    {
        var recent = new RecentDeliveries(_time);
        recent.Add(Key(1));
        _time.Advance(RecentDeliveries.Lifetime - TimeSpan.FromTicks(1));
        Assert.True(recent.Contains(Key(1)));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(recent.Contains(Key(1)));
        recent.Add(Key(1));
        Assert.True(recent.Contains(Key(1)));
        recent.Remove(Key(1));
        Assert.False(recent.Contains(Key(1)));
    }

    [Fact]
    public void Add_PastTheBound_ForgetsTheOldest()
    {
        var recent = new RecentDeliveries(_time);
        for (int i = 0; i <= RecentDeliveries.MaxEntries; i++)
        {
            recent.Add(Key(i));
        }
        Assert.False(recent.Contains(Key(0)));
        Assert.True(recent.Contains(Key(1)));
        Assert.True(recent.Contains(Key(RecentDeliveries.MaxEntries)));
    }

    private static RecentDeliveries.Key Key(int number) => new($"{number}", "from", "account", "address");
}
