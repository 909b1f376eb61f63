using Mox.Smtp;
using Mox.Store;
using Mox.Testing;

namespace Mox.Queue.Tests;

/// <summary>Every file and database step of a message's life fails once, and the directory is looked at as a crash there would leave it.</summary>
public class FaultTests
{
    // One that is delivered, one whose sender is told.
    private static readonly RecipientRequest[] Recipients = [TestQueue.To("good@example.net"), TestQueue.To("bad@example.net")];

    [Fact]
    public async Task EveryStep_Failing_LosesNothing_AndSendsNothingTwice()
    {
        int steps = await CountAsync();
        Assert.True(steps > 40, $"{steps} steps");
        for (int at = 1; at <= steps; at++)
        {
            var faults = new Faults();
            await using TestQueue test = await StartAsync(faults);
            faults.Arm(at, () => throw new IOException("injected"));
            bool isAcknowledged = await TryAddAsync(test);
            await DrainAsync(test, faults, at);
            faults.Disarm();
            string where = $"step {at} ({faults.Step})";
            string[] reports = await test.InboxAsync("alice");
            int sent = Sent(test.Transport.Jobs).Count(r => r == "good@example.net");
            if (isAcknowledged)
            {
                Assert.True(sent == 1, $"{where}: sent {sent} times");
                Assert.True(reports.Length is 1 or 2, $"{where}: {reports.Length} reports");
            }

            // A commit that is told to have failed may hold: then it is sent, once.
            Assert.True(sent <= 1 && reports.Length >= sent, $"{where}: sent {sent} times, {reports.Length} reports");
            await test.RestartAsync();
            await TestQueue.EventuallyAsync(() => Task.FromResult(test.Files().Length == 0));
        }
    }

    [Fact]
    public async Task EveryStep_Crashing_LosesNothing()
    {
        int steps = await CountAsync();
        for (int at = 1; at <= steps; at++)
        {
            var faults = new Faults();
            using var crashed = new TempDirectory();
            bool isAcknowledged = false;
            bool wasAcknowledged = false;
            HashSet<string> sentBefore = [];
            await using (TestQueue test = await StartAsync(faults))
            {
                faults.Arm(at, () =>
                {
                    (wasAcknowledged, sentBefore) = (isAcknowledged, [.. Sent(test.Transport.Jobs)]);
                    CrashImage.Copy(test.DataDirectory, crashed.Path);
                });
                isAcknowledged = await TryAddAsync(test);
                await DrainAsync(test);
                faults.Disarm();
            }

            await using TestQueue after = await TestQueue.StartAsync(dataDirectory: crashed.Path, runs: false);
            after.Transport.Outcome = Outcome;
            after.StartRunner();
            await DrainAsync(after);
            string where = $"step {at} ({faults.Step})";
            if (wasAcknowledged)
            {
                Assert.True(sentBefore.Contains("good@example.net") || Sent(after.Transport.Jobs).Contains("good@example.net"), where);
                Assert.True((await after.InboxAsync("alice")).Length >= 1, where);
            }
        }
    }

    [Theory]
    [InlineData("link", 28)]
    [InlineData("flush", 28)]
    [InlineData("create", 28)]
    [InlineData("flush directory", 28)]
    [InlineData("commit", 28)]
    public async Task DiskFull_Gets452_OneErrorLine_AndRecoversByItself(string step, int error)
    {
        var faults = new Faults();
        await using TestQueue test = await StartAsync(faults, runs: false);
        faults.Arm(step, () => throw new IOException("No space left on device", error));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(452, (await test.SubmitAsync(TestQueue.Text(1), to: "good@example.net")).Reply.Code);
        }

        faults.Disarm();
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(1), to: "good@example.net")).Reply.Code);
        test.StartRunner();
        await test.EmptyAsync();
        Assert.Single(test.Transport.Jobs);
        Assert.InRange(test.Log.Entries.Count(e => e.Level == Microsoft.Extensions.Logging.LogLevel.Error), 0, 1);
        Assert.Null(test.Queue.Problem);
    }

    [Fact]
    public async Task LockedDatabase_Gets451_AndRecoversByItself()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        using (var other = new Database(Path.Combine(test.DataDirectory, "queue", "queue.db"), readOnly: false, 1000))
        {
            other.Run("BEGIN IMMEDIATE");
            Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(1), to: "x@example.net")).Reply.Code);
            Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(2), to: "x@example.net")).Reply.Code);
            Assert.NotNull(test.Queue.Problem);
            other.Run("ROLLBACK");
        }

        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(3), to: "x@example.net")).Reply.Code);
        await test.EmptyAsync();
        Assert.Single(test.Log.Entries, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Error);
        Assert.Null(test.Queue.Problem);
    }

    [Fact]
    public async Task CorruptDatabase_Gets451_AndTheCheckerSaysSo()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        test.ChecksAtEnd = false;
        await test.AddAsync(1, "x@example.net");
        await test.Queue.DisposeAsync();
        string path = Path.Combine(test.DataDirectory, "queue", "queue.db");
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(4096).Fill(0xa5);
        await File.WriteAllBytesAsync(path, bytes);
        Assert.NotEmpty(await QueueChecker.CheckAsync(test.DataDirectory, default));
        await Assert.ThrowsAsync<StoreException>(() => test.RestartAsync());
    }

    [Fact]
    public async Task DatabaseCorruptWhileRunning_Gets451_OneErrorLine_AndWhatWasAcknowledgedIsThereWhenItIsRepaired()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net");
        await test.AddAsync(2, "x@example.net", "y@example.net");
        string path = Path.Combine(test.DataDirectory, "queue", "queue.db");
        using (var other = new Database(path, readOnly: false, 1000))
        {
            byte[] whole = Damage(other, path);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(3), to: "x@example.net")).Reply.Code);
            }

            Assert.StartsWith("the queue cannot be written: ", test.Queue.Problem, StringComparison.Ordinal);
            Assert.Single(test.Log.Entries, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Error);
            Overwrite(path, whole);
        }

        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(4), to: "z@example.net")).Reply.Code);
        Assert.Equal(4, test.Queue.Length);
        test.StartRunner();
        await test.EmptyAsync();
        Assert.Equal(["x@example.net", "x@example.net", "y@example.net", "z@example.net"], Sent(test.Transport.Jobs).Order());
        Assert.Single(test.Log.Entries, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Error);
        Assert.Null(test.Queue.Problem);
    }

    // Damages all pages but the first while the queue has them open, and makes it read them anew: a commit of another connection does.
    private static byte[] Damage(Database other, string path)
    {
        other.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        byte[] whole = File.ReadAllBytes(path);
        other.Run("BEGIN IMMEDIATE");
        other.Run("PRAGMA application_id = 7");
        byte[] damaged = new byte[whole.Length];
        Array.Fill(damaged, (byte)0xa5);
        Overwrite(path, damaged);
        other.Run("COMMIT");
        return whole;
    }

    private static void Overwrite(string path, byte[] bytes)
    {
        const int pageBytes = 4096;
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = pageBytes;
        file.Write(bytes.AsSpan(pageBytes));
    }

    private static RecipientOutcome Outcome(TransportJob job, RecipientRequest recipient) =>
        recipient.Path.LocalPart.Value == "bad" ? FakeTransport.Permanent : FakeTransport.HandedOn;

    private static IEnumerable<string> Sent(IEnumerable<TransportJob> jobs) => jobs.SelectMany(j => j.Recipients).Select(r => r.Path.ToString());

    private static async Task<TestQueue> StartAsync(Faults faults, bool runs = true)
    {
        TestQueue test = await TestQueue.StartAsync(
            o => o with { Faults = faults.Reach },
            o => new StoreOptions
            {
                DataDirectory = o.DataDirectory,
                FileThreads = 4,
                WrapFiles = files => new FaultyFiles(files, faults),
            },
            runs);
        test.Transport.Outcome = Outcome;
        return test;
    }

    private static async Task<int> CountAsync()
    {
        var faults = new Faults();
        await using TestQueue test = await StartAsync(faults);
        faults.Arm(int.MaxValue, () => { });
        Assert.True(await TryAddAsync(test));
        await DrainAsync(test);
        return faults.Count;
    }

    private static async Task<bool> TryAddAsync(TestQueue test)
    {
        try
        {
            await test.AddAsync(1, Recipients);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    // What failed is tried again after some seconds, what was cut off after some minutes.
    private static async Task DrainAsync(TestQueue test, Faults? faults = null, int at = 0)
    {
        for (int i = 0; ; i++)
        {
            Assert.True(i < 2000, $"step {at} ({faults?.Step}): it is not delivered: {string.Join('\n', test.Log.Entries)}");
            try
            {
                if ((await test.ListAsync()).Count == 0)
                {
                    return;
                }
            }
            catch (QueueUnavailableException)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            if (i % 4 == 3)
            {
                test.Time.Advance(TimeSpan.FromSeconds(30));
            }
        }
    }
}
