using Mox.Addresses;

namespace Mox.Queue.Tests;

public class OperationTests
{
    [Fact]
    public async Task Filters_AndTheirConditions()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net", "y@other.example");
        test.Time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset later = test.Time.GetUtcNow();
        await test.AddAsync(2, "x@example.net");
        async Task<string> Found(QueueFilter filter) => string.Join(' ', (await test.ListAsync(filter)).Select(m => $"{m.MessageId}{m.To[0]}"));
        Assert.Equal("1x 1y 2x", await Found(new QueueFilter()));
        Assert.Equal("1x 2x", await Found(new QueueFilter { To = "EXAMPLE.net" }));
        Assert.Equal("2x", await Found(new QueueFilter { To = "example.net", SubmittedFrom = later }));
        Assert.Equal("1x 1y", await Found(new QueueFilter { SubmittedBefore = later }));
        Assert.Equal("", await Found(new QueueFilter { From = "bob" }));
        Assert.Equal("1x 1y 2x", await Found(new QueueFilter { From = "alice@", Account = "alice", IsHeld = false, Transport = "" }));
        Assert.Equal("", await Found(new QueueFilter { To = "%" }));
        Assert.Equal("1x", await Found(new QueueFilter { Max = 1 }));
        Assert.Equal("1y 2x", await Found(new QueueFilter { Ids = [2, 3, 99] }));
        Assert.Equal("1x 1y", await Found(new QueueFilter { MessageIds = [1, 99] }));
        Assert.Equal("1y", await Found(new QueueFilter { MessageIds = [1], Ids = [2, 3] }));
        Assert.Equal(2, await test.Queue.CountAsync(new QueueFilter { To = "example.net" }, default));
        Assert.Equal(1, await test.Queue.DropAsync(new QueueFilter { To = "other" }, default));
        Assert.Equal(2, await test.Queue.DropAsync(new QueueFilter(), default));
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Files().Length == 0));
    }

    [Fact]
    public void Filter_InALogLine_SaysWhatIsSet()
    {
        Assert.Equal("all", new QueueFilter().ToString());
        Assert.Equal("id=2,3 account=anna held=True", new QueueFilter { Ids = [2, 3], Account = "anna", IsHeld = true }.ToString());
        var before = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.Equal(
            "message=7 submitted-before=2026-01-02 03:04:05Z",
            new QueueFilter { MessageIds = [7], SubmittedBefore = before }.ToString());
        Assert.EndsWith(",50,...", new QueueFilter { Ids = [.. Enumerable.Range(1, 51).Select(n => (long)n)] }.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(QueueSortKey.Submitted, false)]
    [InlineData(QueueSortKey.Submitted, true)]
    [InlineData(QueueSortKey.NextAttempt, false)]
    [InlineData(QueueSortKey.NextAttempt, true)]
    public async Task Pages_TogetherAreTheList(QueueSortKey key, bool isDescending)
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        for (int i = 1; i <= 7; i++)
        {
            await test.AddAsync(i, "x@example.net");
        }

        await test.Queue.ScheduleAsync(new QueueFilter { Ids = [3] }, QueueSchedule.By(TimeSpan.FromHours(1)), default);
        var sort = new QueueSort(key, isDescending);
        long[] all = [.. (await test.Queue.ListAsync(new QueueFilter(), sort, null, 100, default)).Messages.Select(m => m.Id)];
        var paged = new List<long>();
        QueueCursor? after = null;
        do
        {
            QueuePage page = await test.Queue.ListAsync(new QueueFilter(), sort, after, 3, default);
            paged.AddRange(page.Messages.Select(m => m.Id));
            after = page.Next;
            Assert.True(after is null || (QueueCursor.TryParse(after.ToString(), out QueueCursor? read) && read == after));
        }
        while (after is not null);
        Assert.Equal(7, all.Length);
        Assert.Equal(all, paged);
        Assert.Equal(isDescending, all[0] > all[^1]);
        await test.Queue.DropAsync(new QueueFilter(), default);
    }

    [Fact]
    public async Task Held_IsNotTried_UntilItIsLetGo()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net");
        Assert.Equal(1, await test.Queue.HoldAsync(new QueueFilter(), default));
        test.StartRunner();
        await test.AdvanceAsync(TimeSpan.FromDays(30));
        QueuedMessage held = Assert.Single(await test.ListAsync());
        Assert.Equal((QueueState.Held, null), (held.State, held.NextAttemptAt));
        Assert.Empty(test.Transport.Jobs);
        Assert.Equal(1, await test.Queue.UnholdAsync(new QueueFilter(), default));
        await test.EmptyAsync();
        Assert.Single(test.Transport.Jobs);
    }

    [Fact]
    public async Task HoldRule_HoldsWhatFitsAllOfIt_NowAndLater()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net", "y@other.example");
        HoldRule rule = await test.Queue.AddHoldRuleAsync(new HoldRule(0, "alice", null, Domain.Parse("example.net")), default);
        await test.Queue.AddHoldRuleAsync(new HoldRule(0, "bob", null, null), default);
        test.StartRunner();
        await test.AddAsync(2, "x@example.net", "y@other.example");
        await test.SettledAsync();
        await TestQueue.EventuallyAsync(async () => (await test.ListAsync()).Count == 2);
        Assert.All(await test.ListAsync(), m => Assert.Equal(("x@example.net", QueueState.Held), (m.To, m.State)));
        Assert.Equal(2, (await test.Queue.ListHoldRulesAsync(default)).Count);
        Assert.True(await test.Queue.RemoveHoldRuleAsync(rule.Id, default));
        Assert.False(await test.Queue.RemoveHoldRuleAsync(rule.Id, default));
        Assert.Equal(2, await test.Queue.UnholdAsync(new QueueFilter { IsHeld = true }, default));
        await test.EmptyAsync();
    }

    [Fact]
    public async Task Fail_TellsTheSender()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Temporary;
        await test.AddAsync(1, "x@example.net");
        await TestQueue.EventuallyAsync(async () => (await test.ListAsync())[0] is { State: QueueState.Queued, Attempts: 1 });
        Assert.Equal(1, await test.Queue.FailAsync(new QueueFilter(), default));
        await test.EmptyAsync();
        Assert.Contains("canceled by the postmaster", Assert.Single(await test.InboxAsync("alice")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedule_Now_TriesAtOnce()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Temporary;
        await test.AddAsync(1, "x@example.net");
        await TestQueue.EventuallyAsync(async () => (await test.ListAsync())[0] is { State: QueueState.Queued, Attempts: 1 });
        test.Transport.Outcome = (_, _) => FakeTransport.HandedOn;
        await test.Queue.ScheduleAsync(new QueueFilter(), QueueSchedule.At(test.Time.GetUtcNow()), default);
        await test.EmptyAsync();
        Assert.Equal(2, test.Transport.Jobs.Count);
    }

    [Fact]
    public async Task Release_IsWaitedFor_AndCanBeCanceled()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        DateTimeOffset release = test.Time.GetUtcNow() + TimeSpan.FromDays(2);
        await test.AddAsync(1, [TestQueue.To("x@example.net")], release: release);
        await test.AddAsync(2, [TestQueue.To("x@example.net")], release: release);
        await test.Queue.ScheduleAsync(new QueueFilter(), QueueSchedule.At(test.Time.GetUtcNow()), default);
        Assert.Equal(1, await test.Queue.DropAsync(new QueueFilter { Ids = [2] }, default));
        await test.AdvanceAsync(TimeSpan.FromDays(1.9));
        Assert.Empty(test.Transport.Jobs);
        Assert.Equal(release + TimeSpan.FromDays(5), (await test.ListAsync())[0].ExpiresAt);
        test.Time.Advance(TimeSpan.FromDays(0.2));
        await test.EmptyAsync();
        Assert.Single(test.Transport.Jobs);
    }

    [Fact]
    public async Task Concurrency_IsBounded_InAllAndByDestination()
    {
        await using TestQueue test = await TestQueue.StartAsync(o => o with { Concurrency = 6, PerDestination = 2 }, runs: false);
        var gate = new TaskCompletionSource();
        var active = new Dictionary<string, int>();
        test.Transport.Wait = async (job, _) =>
        {
            lock (active)
            {
                active[job.Destination.ToString()] = active.GetValueOrDefault(job.Destination.ToString()) + 1;
            }

            await gate.Task;
        };
        for (int i = 1; i <= 20; i++)
        {
            await test.AddAsync(i, $"x@d{i % 4}.example");
        }

        test.StartRunner();
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Transport.Jobs.Count == 6));
        Assert.All(active.Values, count => Assert.InRange(count, 1, 2));
        gate.SetResult();
        await test.EmptyAsync();
        Assert.Equal((20, 6), (test.Transport.Jobs.Count, test.Transport.MaxActive));
    }

    [Fact]
    public async Task Restart_InAnAttempt_TriesLater_NotAtOnce()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Wait = (_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, test.Time, ct);
        await test.AddAsync(1, "x@example.net");
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Transport.Jobs.Count == 1));
        await test.RestartAsync();
        test.Transport.Wait = (_, _) => Task.CompletedTask;
        QueuedMessage message = Assert.Single(await test.ListAsync());
        Assert.Equal((QueueState.Queued, 1), (message.State, message.Attempts));
        Assert.True(message.NextAttemptAt > test.Time.GetUtcNow() + TimeSpan.FromMinutes(7));
        await test.AdvanceAsync(TimeSpan.FromMinutes(8));
        await test.EmptyAsync();
        Assert.Equal(2, test.Transport.Jobs.Count);
    }

    [Fact]
    public async Task ContentsThatNobodyRefersTo_AreSweptAtTheStart_AndHeldForABackup()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        long id = await test.AddAsync(1, "x@example.net");
        string path = Path.Combine(test.DataDirectory, "queue", "msg", "a", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        byte[] content = await File.ReadAllBytesAsync(path);
        using (test.Queue.HoldErases())
        {
            await test.Queue.DropAsync(new QueueFilter(), default);
            Assert.True(File.Exists(path));
        }

        await TestQueue.EventuallyAsync(() => Task.FromResult(!File.Exists(path)));
        await File.WriteAllBytesAsync(path, content);
        await test.RestartAsync();
        await TestQueue.EventuallyAsync(() => Task.FromResult(!File.Exists(path)));
    }
}
