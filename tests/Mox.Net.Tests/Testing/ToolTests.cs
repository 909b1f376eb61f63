using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Net.Tests.Testing;

public sealed class ToolTests
{
    [Fact]
    public async Task ManualTime_FiresTimersInOrder_AlsoThoseSetOnTheWay()
    {
        var time = new ManualTimeProvider();
        var fired = new List<string>();
        await using var b = time.CreateTimer(_ => fired.Add("b"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        ITimer? c = null;
        await using var a = time.CreateTimer(
            _ =>
            {
                fired.Add("a");
                c = time.CreateTimer(_ => fired.Add("c"), null, TimeSpan.FromMilliseconds(500), Timeout.InfiniteTimeSpan);
            },
            null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await using var each = time.CreateTimer(_ => fired.Add("."), null, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("acb...", string.Concat(fired));
        await c!.DisposeAsync();
        Assert.Equal(1, time.ActiveTimers);
    }

    [Fact]
    public async Task ManualTime_DelayAndTokens_FollowIt()
    {
        var time = new ManualTimeProvider();
        var before = time.GetUtcNow();
        var delay = Task.Delay(TimeSpan.FromMinutes(1), time, CancellationToken.None);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2), time);
        await time.WaitForTimersAsync(2);
        await time.WaitForTimerAsync(TimeSpan.FromMinutes(2));
        time.Advance(TimeSpan.FromMinutes(1));
        await delay;
        Assert.False(timeout.IsCancellationRequested);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(timeout.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromMinutes(2), time.GetUtcNow() - before);
    }

    [Fact]
    public async Task ManualTime_WaitForTimers_WaitsForTheCode()
    {
        var time = new ManualTimeProvider();
        var waiting = time.WaitForTimersAsync(2);
        using var one = new CancellationTokenSource(TimeSpan.FromMinutes(1), time);
        Assert.False(waiting.IsCompleted);
        using var two = new CancellationTokenSource(TimeSpan.FromMinutes(1), time);
        await waiting;
    }

    [Fact]
    public async Task ManualTime_ZeroDelay_FiresAtOnce()
    {
        var time = new ManualTimeProvider();
        var fired = new TaskCompletionSource();
        await using var timer = time.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public void RecordingLogger_KeepsMessageValuesAndScopes()
    {
        using var logs = new RecordingLoggerProvider();
        var logger = logs.CreateLogger("smtp");
        using (logger.BeginScope(new Dictionary<string, object?> { ["cid"] = "1f" }))
        {
            logger.LogInformation("login of {User}", "tim");
        }

        logger.LogWarning("later");
        Assert.Equal("login of tim", logs.Entries[0].Message);
        Assert.Equal("tim", logs.Entries[0].Values["User"]);
        Assert.Equal(["cid=1f"], logs.Entries[0].Scopes);
        Assert.Empty(logs.Entries[1].Scopes);
        Assert.Equal("later", Assert.Single(logs.AtLeast(LogLevel.Warning)).Message);
    }

    [Fact]
    public void MetricRecorder_KeepsOnlyItsOwnMeters()
    {
        using var mine = new MetricRecorder();
        using var other = new MetricRecorder();
        mine.Create(new MeterOptions("mox.test")).CreateCounter<long>("mox.test.count").Add(3, new KeyValuePair<string, object?>("result", "ok"));
        other.Create(new MeterOptions("mox.test")).CreateCounter<long>("mox.test.count").Add(5);
        mine.Create(new MeterOptions("mox.test")).CreateObservableGauge("mox.test.open", () => 7);
        Assert.Equal(3, mine.Sum("mox.test.count"));
        Assert.Equal(3, mine.Sum("mox.test.count", ("result", "ok")));
        Assert.Equal(0, mine.Sum("mox.test.count", ("result", "bad")));
        Assert.Equal(7, mine.Of("mox.test.open")[^1].Value);
        Assert.Equal(5, other.Sum("mox.test.count"));
    }

    [Fact]
    public void SplitEverywhere_PiecesAlwaysJoinToTheWhole()
    {
        var ways = SplitEverywhere.Of("abcdef").ToList();
        Assert.All(ways, way => Assert.Equal("abcdef"u8.ToArray(), way.SelectMany(piece => piece.ToArray())));
        for (var at = 1; at < 6; at++)
        {
            Assert.Contains(ways, way => way.Count == 2 && way[0].Length == at);
        }

        Assert.Contains(ways, way => way.Count == 6);
    }

    [Fact]
    public void TempDirectory_IsGoneAfterwards()
    {
        var directory = new TempDirectory();
        File.WriteAllText(directory["a.txt"], "x");
        directory.Dispose();
        Assert.False(Directory.Exists(directory.Path));
        directory.Dispose();
    }
}
