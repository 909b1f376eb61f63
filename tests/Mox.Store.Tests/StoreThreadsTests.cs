namespace Mox.Store.Tests;

public class StoreThreadsTests
{
    [Fact]
    public async Task PostedFromManyThreads_AllRuns_OnNoMoreThreadsThanAllowed()
    {
        var threads = new System.Collections.Concurrent.ConcurrentDictionary<int, bool>();
        int running = 0;
        int most = 0;
        int done = 0;
        using (var pool = new StoreThreads("test", 3))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                for (int i = 0; i < 500; i++)
                {
                    await pool.RunAsync(() =>
                    {
                        threads.TryAdd(Environment.CurrentManagedThreadId, true);
                        InterlockedMax(ref most, Interlocked.Increment(ref running));
                        Interlocked.Decrement(ref running);
                        return Interlocked.Increment(ref done);
                    });
                }
            })));
        }

        Assert.Equal(4000, done);
        Assert.InRange(threads.Count, 1, 3);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task Idle_ThreadThatWorkedLast_IsTakenAgain()
    {
        using var pool = new StoreThreads("test", 4);
        using var hold = new ManualResetEventSlim();
        Task<int>[] all = [.. Enumerable.Range(0, 4).Select(_ => pool.RunAsync(() =>
        {
            hold.Wait();
            return Environment.CurrentManagedThreadId;
        }))];
        hold.Set();
        await Task.WhenAll(all);
        // A thread that waits for work of its own cannot be seen from here, so one answer may still come from another.
        var seen = new List<int>();
        for (int i = 0; i < 50; i++)
        {
            seen.Add(await pool.RunAsync(() => Environment.CurrentManagedThreadId));
            await pool.RunAsync(() => 0);
        }

        Assert.InRange(seen.Distinct().Count(), 1, 3);
    }

    [Fact]
    public async Task RunThrough_ContinuesOnTheThreadThatWorked()
    {
        using var pool = new StoreThreads("test", 1);
        using var waited = new ManualResetEventSlim();
        Task<int> work = pool.RunThroughAsync(() =>
        {
            waited.Wait();
            return Environment.CurrentManagedThreadId;
        });
        Task<int> after = work.ContinueWith(
            _ => Environment.CurrentManagedThreadId, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        waited.Set();
        Assert.Equal(await work, await after);
    }

    [Fact]
    public async Task WorkThatThrows_GoesToItsCaller_AndTheThreadGoesOn()
    {
        using var pool = new StoreThreads("test", 1);
        await Assert.ThrowsAsync<IOException>(() => pool.RunAsync<int>(() => throw new IOException("injected")));
        Assert.Equal(7, await pool.RunAsync(() => 7));
    }

    [Fact]
    public async Task End_DoesWhatWaits_AndRefusesWhatComesLater()
    {
        int done = 0;
        var pool = new StoreThreads("test", 2);
        using (var hold = new ManualResetEventSlim())
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.True(pool.TryPost(() =>
                {
                    hold.Wait();
                    Interlocked.Increment(ref done);
                }));
            }

            hold.Set();
            pool.Dispose();
        }

        Assert.Equal(20, done);
        Assert.False(pool.TryPost(() => done++));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.RunAsync(() => 1));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
