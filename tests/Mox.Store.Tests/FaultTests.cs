using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Store.Tests;

/// <summary>Every file and database step of every write fails once, and the directory is looked at as a crash there would leave it.</summary>
public class FaultTests
{
    public static TheoryData<string> Writes => [.. Operations.Keys];

    private static Uid[] Two { get; } = [new Uid(1), new Uid(2)];

    private static Dictionary<string, Func<TestStore, Task>> Operations { get; } = new()
    {
        ["add"] = test => test.AddAsync(TestStore.Text(100), keywords: "new"),
        ["add two"] = async test =>
        {
            using SpooledMessage spooled = test.Spool(TestStore.Text(101, "References: <1@example.org>\r\n"));
            await test.Account.AddAsync(test.Inbox.Id, [TestStore.New(spooled), TestStore.New(spooled)], default);
        },
        ["replace"] = async test =>
        {
            using SpooledMessage spooled = test.Spool(TestStore.Text(103, "References: <1@example.org>\r\n"));
            await test.Account.ReplaceAsync(test.Inbox.Id, new Uid(2), test.Mailbox("Archive").Id, TestStore.New(spooled), default);
        },
        ["deliver"] = async test =>
        {
            using SpooledMessage spooled = test.Spool(TestStore.Text(102));
            await test.Account.DeliverAsync(MailboxName.Parse("New/Box"), TestStore.New(spooled), default);
        },
        ["copy"] = test => test.Account.CopyAsync(test.Inbox.Id, Two, test.Mailbox("Archive").Id, default),
        ["move"] = test => test.Account.MoveAsync(test.Inbox.Id, Two, test.Mailbox("Archive").Id, default),
        ["expunge"] = test => test.Account.ExpungeAsync(test.Inbox.Id, null, default),
        ["rename inbox"] = test => test.Account.RenameMailboxAsync(test.Inbox.Id, MailboxName.Parse("Old"), default),
        ["delete"] = test => test.Account.DeleteMailboxAsync(test.Mailbox("Trash").Id, default),
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task EveryStep_Failing_LosesNothingAndTheAccountGoesOn(string write)
    {
        int steps = await CountStepsAsync(write);
        Assert.True(steps > 4);
        for (int at = 1; at <= steps; at++)
        {
            var faults = new Faults();
            await using TestStore test = await StartAsync(faults);
            string[] before = await StateAsync(test);
            faults.Arm(at, () => throw new IOException("injected"));
            bool failed = await FailsAsync(() => Operations[write](test));
            faults.Disarm();
            string[] after = await StateAsync(test);
            // The fault may strike after the commit, or in the background: then it is done, and whole.
            if (failed && faults.Step != "committed")
            {
                Assert.Equal(before, after);
            }

            AddedMessage next = await test.AddAsync(TestStore.Text(500));
            Assert.Equal(TestStore.Text(500), test.Content(next.MessageId));
            await test.RestartAsync();
            Assert.Equal(TestStore.Text(500), test.Content(next.MessageId));
        }
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task EveryStep_Crashing_LeavesTheOldOrTheNewState(string write)
    {
        int steps = await CountStepsAsync(write);
        for (int at = 1; at <= steps; at++)
        {
            var faults = new Faults();
            await using TestStore test = await StartAsync(faults);
            string[] before = await StateAsync(test);
            using var crashed = new TempDirectory();
            faults.Arm(at, () => CrashImage.Copy(test.DataDirectory, crashed.Path));
            await FailsAsync(() => Operations[write](test));
            faults.Disarm();
            string[] after = await StateAsync(test);
            if (!Directory.Exists(Path.Combine(crashed.Path, "accounts")))
            {
                continue;
            }

            string[] found = await ReopenAsync(crashed.Path);
            Assert.True(found.SequenceEqual(before) || found.SequenceEqual(after), $"{write}, step {at} ({faults.Step})");
            await TestStore.AssertConsistentAsync(crashed.Path);
        }
    }

    [Fact]
    public async Task DiskFull_IsSaid_AndTheAccountGoesOn()
    {
        var faults = new Faults();
        await using TestStore test = await StartAsync(faults);
        for (int at = 1; at <= 5; at++)
        {
            faults.Arm(at, () => throw new IOException("No space left on device", 28));
            Exception? e = await Record.ExceptionAsync(() => test.AddAsync(TestStore.Text(7)));
            Assert.True(e is StoreFullException, $"step {at} ({faults.Step}): {e}");
            faults.Disarm();
        }

        await test.AddAsync(TestStore.Text(8));
    }

    [Fact]
    public async Task CommitThatFails_LeavesNoFile_BeforeTheNextWrite()
    {
        var faults = new Faults();
        await using TestStore test = await StartAsync(faults);
        string[] before = test.Files();
        faults.Arm("commit", () => throw new IOException("No space left on device", 28));
        await Assert.ThrowsAsync<StoreFullException>(() => test.AddAsync(TestStore.Text(7)));
        faults.Disarm();
        Assert.Equal(before, test.Files());
    }

    [Fact]
    public async Task DatabaseWithoutRoom_IsNoDamage_LeavesNoFile_AndGoesOn()
    {
        var faults = new Faults();
        await using TestStore test = await StartAsync(faults);
        string[] files = test.Files();
        string[] before = await StateAsync(test);
        long messages = test.Inbox.Counts.Messages;
        faults.Arm("commit", () => throw new Microsoft.Data.Sqlite.SqliteException("database or disk is full", 13));
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<StoreFullException>(() => test.AddAsync(TestStore.Text(7)));
            Assert.Equal(files, test.Files());
        }

        faults.Disarm();
        Assert.Equal(before, await StateAsync(test));
        await test.AddAsync(TestStore.Text(8));
        Assert.Equal(messages + 1, test.Inbox.Counts.Messages);
        Assert.Equal(0, test.Metrics.Sum("mox.store.account.failures"));
        Assert.Equal([LogLevel.Error, LogLevel.Warning], test.Log.AtLeast(LogLevel.Information).Select(e => e.Level));
    }

    [Fact]
    public async Task DirectoryOfAGroupThatFailed_IsFlushedIntoItsParent_ByTheNext()
    {
        var faults = new Faults();
        await using TestStore test = await StartEmptyAsync(faults);
        string messages = Path.Combine(test.AccountDirectory, "msg");
        faults.Arm("flush directory", () => throw new IOException("injected"));
        await Assert.ThrowsAsync<AccountUnavailableException>(() => test.AddAsync(TestStore.Text(1)));
        faults.Disarm();
        Assert.True(Directory.Exists(Path.Combine(messages, "a")));
        faults.FlushedDirectories.Clear();
        await test.AddAsync(TestStore.Text(2));
        Assert.Contains(messages, faults.FlushedDirectories);
        faults.FlushedDirectories.Clear();
        await test.AddAsync(TestStore.Text(3));
        Assert.Equal([Path.Combine(messages, "a")], faults.FlushedDirectories);
    }

    [Fact]
    public async Task ContentThatCouldNotBeFlushed_IsNotTriedAgain()
    {
        // After a failed fsync the next one may succeed although the bytes are lost.
        var faults = new Faults();
        await using TestStore test = await StartEmptyAsync(faults);
        using SpooledMessage spooled = test.Spool(TestStore.Text(1));
        faults.Arm("flush", () => throw new IOException("injected"));
        await Assert.ThrowsAsync<StoreException>(() => test.Account.AddAsync(test.Inbox.Id, [TestStore.New(spooled)], default));
        faults.Disarm();
        await Assert.ThrowsAsync<StoreException>(() => test.Account.AddAsync(test.Inbox.Id, [TestStore.New(spooled)], default));
        Assert.Single(test.Log.AtLeast(LogLevel.Error));
        await test.AddAsync(TestStore.Text(2));
    }

    private static async Task<TestStore> StartAsync(Faults faults)
    {
        TestStore test = await StartEmptyAsync(faults);
        await test.AddManyAsync(2, flags: MessageFlags.Deleted);
        await test.AddManyAsync(1);
        await test.AddManyAsync(1, "Trash");
        return test;
    }

    private static async Task<TestStore> StartEmptyAsync(Faults faults) =>
        await TestStore.StartAsync(o => new StoreOptions
        {
            DataDirectory = o.DataDirectory,
            FileThreads = 4,
            Faults = faults.Reach,
            WrapFiles = files => new FaultyFiles(files, faults),
        });

    private static async Task<int> CountStepsAsync(string write)
    {
        var faults = new Faults();
        await using TestStore test = await StartAsync(faults);
        faults.Arm(int.MaxValue, () => { });
        await Operations[write](test);
        return faults.Count;
    }

    private static async Task<bool> FailsAsync(Func<Task> write)
    {
        try
        {
            await write();
            return false;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    // All mailboxes with all messages and their content.
    private static async Task<string[]> StateAsync(TestStore test)
    {
        // After a failure the first write reopens the database.
        await Record.ExceptionAsync(() => test.Account.SetSubscribedAsync(MailboxName.Inbox, true, default));
        return await StateAsync(test.Account);
    }

    private static async Task<string[]> StateAsync(Account account)
    {
        var lines = new List<string>();
        foreach (Mailbox mailbox in account.Mailboxes.All)
        {
            using MailboxView view = await account.OpenViewAsync(mailbox.Id, default);
            foreach (MessageEntry entry in view.Current)
            {
                using MessageContent? content = account.OpenContent(entry.MessageId);
                using var reader = new StreamReader(content!.OpenStream());
                lines.Add($"{mailbox.Name} {entry.Uid} {entry.Flags} {entry.Keywords} {await reader.ReadToEndAsync()}");
            }
        }

        return [.. lines];
    }

    private static async Task<string[]> ReopenAsync(string directory)
    {
        File.Delete(Path.Combine(directory, "lock"));
        using var meters = new MetricRecorder();
        await using AccountStore store = await AccountStore.StartAsync(
            new StoreOptions { DataDirectory = directory }, TimeProvider.System, new RecordingLoggerProvider(), meters, default);
        using AccountLease lease = await store.OpenAsync("mox", default);
        return await StateAsync(lease.Account);
    }
}
