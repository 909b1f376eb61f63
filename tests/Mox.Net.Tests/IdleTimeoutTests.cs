using Mox.Testing;

namespace Mox.Net.Tests;

public sealed class IdleTimeoutTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Start_TimeRunsOut_FiresOnTheBoundaryAndNotBefore()
    {
        using var idle = new IdleTimeout(_time);
        var token = idle.Start(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.False(token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(token.IsCancellationRequested);
        Assert.True(idle.HasExpired);
    }

    [Fact]
    public void Start_Again_MovesTheDeadlineAndKeepsTheToken()
    {
        using var idle = new IdleTimeout(_time);
        var first = idle.Start(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(29));
            Assert.Equal(first, idle.Start(TimeSpan.FromSeconds(30)));
        }

        Assert.False(first.IsCancellationRequested);
        Assert.Equal(1, _time.ActiveTimers);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(first.IsCancellationRequested);
    }

    [Fact]
    public void Stop_NeverFires()
    {
        using var idle = new IdleTimeout(_time);
        var token = idle.Start(TimeSpan.FromSeconds(30));
        idle.Stop();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(token.IsCancellationRequested);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public void Start_AfterExpiry_GivesTheGoodbyeItsOwnDeadline()
    {
        using var idle = new IdleTimeout(_time);
        var first = idle.Start(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = idle.Start(TimeSpan.FromSeconds(5));
        Assert.True(first.IsCancellationRequested);
        Assert.False(second.IsCancellationRequested);
        Assert.False(idle.HasExpired);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(second.IsCancellationRequested);
    }

    [Fact]
    public async Task OuterToken_FiresTheTokenWithoutExpiry()
    {
        using var outer = new CancellationTokenSource();
        using var idle = new IdleTimeout(_time, outer.Token);
        var token = idle.Start(TimeSpan.FromSeconds(30));
        await outer.CancelAsync();
        Assert.True(token.IsCancellationRequested);
        Assert.False(idle.HasExpired);
    }

    [Fact]
    public void StartAndStop_AllocateNothing()
    {
        using var idle = new IdleTimeout(TimeProvider.System);
        Run(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(10_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                idle.Start(TimeSpan.FromMinutes(30));
                idle.Stop();
            }
        }
    }

    [Fact]
    public void Dispose_StopsTheTimer()
    {
        var idle = new IdleTimeout(_time);
        idle.Start(TimeSpan.FromSeconds(30));
        idle.Dispose();
        Assert.Equal(0, _time.ActiveTimers);
    }
}
