using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Store.Tests;

public class AvailabilityTests
{
    [Fact]
    public async Task LockedDatabase_AnswersTemporarily_AndOthersGoOn()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.Store.CreateAsync("other", InitialMailboxes.Default, default);
        await using (var connection = new SqliteConnection($"Data Source={test.AccountDirectory}/account.db;Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();
            for (int i = 0; i < 3; i++)
            {
                await Assert.ThrowsAsync<AccountUnavailableException>(() => test.AddAsync(TestStore.Text(1)));
            }

            await DeliverAsync(test.Store, "other");
        }

        await test.AddAsync(TestStore.Text(2));
        Assert.Equal(1, test.Inbox.Counts.Messages);
        // Said once when it begins and once when it ends; a lock is no damage that would have to be looked for.
        Assert.Equal([LogLevel.Error, LogLevel.Warning], test.Log.AtLeast(LogLevel.Information).Select(e => e.Level));
        Assert.Equal(0, test.Metrics.Sum("mox.store.account.failures"));
    }

    [Fact]
    public async Task RemovedDatabase_AnswersTemporarily_KeepsItsFiles_AndGoesOnWhenItIsBack()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1));
        string[] files = test.Files();
        string path = Path.Combine(test.AccountDirectory, "account.db");
        File.Move(path, path + ".away");
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<AccountUnavailableException>(() => test.AddAsync(TestStore.Text(2)));
        }

        Assert.Equal(files, test.Files());
        File.Move(path + ".away", path);
        await test.AddAsync(TestStore.Text(3));
        Assert.Equal(2, test.Inbox.Counts.Messages);
        Assert.Equal(TestStore.Text(1), test.Content(added.MessageId));
        Assert.Equal([LogLevel.Error, LogLevel.Warning], test.Log.AtLeast(LogLevel.Information).Select(e => e.Level));
    }

    [Fact]
    public async Task CorruptDatabase_AnswersTemporarily_AndOthersGoOn()
    {
        await using TestStore test = await TestStore.StartAsync();
        test.ChecksAtEnd = false;
        await test.Store.CreateAsync("other", InitialMailboxes.Default, default);
        await test.CloseAsync();
        string path = Path.Combine(test.AccountDirectory, "account.db");
        byte[] whole = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, new byte[10_000]);
        await test.OpenStoreAsync();
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<AccountUnavailableException>(async () => await test.Store.OpenAsync("mox", default));
        }

        await DeliverAsync(test.Store, "other");
        Assert.NotEmpty(await ConsistencyChecker.CheckAccountAsync(test.AccountDirectory, default));
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        await File.WriteAllBytesAsync(path, whole);
        await DeliverAsync(test.Store, "mox");
        Assert.Equal([LogLevel.Error, LogLevel.Warning], test.Log.AtLeast(LogLevel.Information).Select(e => e.Level));
    }

    [Fact]
    public async Task MissingAccount_IsSaid()
    {
        await using TestStore test = await TestStore.StartAsync();
        await Assert.ThrowsAsync<AccountNotFoundException>(async () => await test.Store.OpenAsync("nobody", default));
        await Assert.ThrowsAsync<AccountNotFoundException>(async () => await test.Store.OpenAsync("../mox", default));
        await Assert.ThrowsAsync<StoreException>(() => test.Store.CreateAsync("../x", InitialMailboxes.Default, default));
        await Assert.ThrowsAsync<StoreException>(() => test.Store.CreateAsync("mox", InitialMailboxes.Default, default));
        Assert.Equal(["mox"], test.Store.Names());
    }

    [Fact]
    public async Task SecondStore_OnTheSameDirectory_IsRefused()
    {
        await using TestStore test = await TestStore.StartAsync();
        using var meters = new MetricRecorder();
        StoreException e = await Assert.ThrowsAsync<StoreException>(async () => await AccountStore.StartAsync(
            new StoreOptions { DataDirectory = test.DataDirectory }, test.Time, test.Log, meters, default));
        Assert.Contains("in use", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdleAccount_Closes_AndOpensAgain()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddAsync(TestStore.Text(1));
        Account before = test.Account;
        await test.Store.CreateAsync("other", InitialMailboxes.Default, default);
        await DeliverAsync(test.Store, "other");
        test.Time.Advance(TimeSpan.FromMinutes(11));
        await TestStore.EventuallyAsync(() => test.Metrics.Sum("mox.store.accounts.open") == 1);
        await DeliverAsync(test.Store, "other");
        Assert.Same(before, test.Account);
        Assert.Equal(1, test.Inbox.Counts.Messages);
    }

    [Fact]
    public async Task AfterTheEnd_CallsFail_AndNothingHangsOrCrashes()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(50, flags: MessageFlags.Deleted);
        Account account = test.Account;
        Mailbox inbox = test.Inbox;
        MailboxView view = await account.OpenViewAsync(inbox.Id, default);
        await account.ExpungeAsync(inbox.Id, null, default);
        // Erasing begins in the moment in which all closes.
        view.Dispose();
        await test.CloseAsync();
        await Assert.ThrowsAsync<AccountUnavailableException>(() => account.SetSubscribedAsync(MailboxName.Parse("x"), true, default));
        Assert.Throws<AccountUnavailableException>(() => account.ReadRows([new MessageId(1)], MessageColumns.None));
        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        await TestStore.EventuallyAsync(() => test.Files().Length == 0);
    }

    [Fact]
    public async Task ManyAccounts_KeepFewOpen()
    {
        await using TestStore test = await TestStore.StartAsync(o => new StoreOptions { DataDirectory = o.DataDirectory, MaxIdleAccounts = 2 });
        for (int i = 0; i < 8; i++)
        {
            await test.Store.CreateAsync($"a{i}", InitialMailboxes.Default, default);
            await DeliverAsync(test.Store, $"a{i}");
        }

        await TestStore.EventuallyAsync(() => test.Metrics.Sum("mox.store.accounts.open") == 3);
    }

    [Fact]
    public async Task ManyWritersAndReaders_EndConsistent_WithEveryMessageOnce()
    {
        await using TestStore test = await TestStore.StartAsync();
        Mailbox archive = test.Mailbox("Archive");
        using var stop = new CancellationTokenSource();
        Task reading = Task.Run(async () =>
        {
            using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
            while (!stop.IsCancellationRequested)
            {
                MailboxSnapshot now = view.Current;
                SnapshotDiff diff = SnapshotDiff.Between(view.Told, now);
                Assert.Equal(now.Count, view.Told.Count - diff.Removed.Count + diff.AddedCount);
                // What this session knows is always readable.
                Assert.All(view.Told.Take(5), e => Assert.NotNull(test.Content(e.MessageId)));
                view.Advance(now);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 25; i++)
            {
                AddedMessage added = await test.AddAsync(TestStore.Text((worker * 1000) + i));
                switch (i % 4)
                {
                    case 0:
                        await test.Account.MoveAsync(test.Inbox.Id, [added.Uid], archive.Id, default);
                        break;
                    case 1:
                        await test.Account.StoreFlagsAsync(
                            test.Inbox.Id, [added.Uid], new FlagChange(FlagChangeKind.Add, MessageFlags.Deleted, KeywordSet.Of("k")), null, default);
                        await test.Account.ExpungeAsync(test.Inbox.Id, [added.Uid], default);
                        break;
                    case 2:
                        await test.Account.CopyAsync(test.Inbox.Id, [added.Uid], archive.Id, default);
                        break;
                }
            }
        })));
        await stop.CancelAsync();
        await reading;
        // Of 25 each: 7 moved, 6 expunged, 6 copied, 6 left alone.
        Assert.Equal(8 * 12, test.Inbox.Counts.Messages);
        Assert.Equal(8 * 13, test.Mailbox("Archive").Counts.Messages);
        await TestStore.EventuallyAsync(() => test.Files().Length == 8 * 19);
    }

    [Fact]
    public async Task ConcurrentDeliveries_ShareFlushes()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddAsync(TestStore.Text(0));
        (long files, long directories, long commits) = test.Store.Services.Metrics.Flushes;
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => test.AddAsync(TestStore.Text(i))));
        (long filesAfter, long directoriesAfter, long commitsAfter) = test.Store.Services.Metrics.Flushes;
        Assert.Equal(200, filesAfter - files);
        Assert.InRange(directoriesAfter - directories, 1, 150);
        Assert.InRange(commitsAfter - commits, 1, 150);
        Assert.Equal(201, test.Inbox.Counts.Messages);
    }

    [Theory]
    [InlineData("DELETE FROM Contents", "no row")]
    [InlineData("UPDATE Mailboxes SET Total = Total + 1", "counts")]
    [InlineData("UPDATE Messages SET Uid = 900", "UIDNEXT")]
    [InlineData("UPDATE AccountState SET SizeBytes = 1", "size is")]
    [InlineData("UPDATE Contents SET ThreadParentId = Id", "above itself")]
    [InlineData("UPDATE Mailboxes SET SpecialUse = 4", "role")]
    [InlineData("UPDATE Messages SET Keywords = 'zz'", "keywords")]
    [InlineData("INSERT INTO Tombstones SELECT MailboxId, ModSeq, Uid, 1 FROM Messages", "lives")]
    [InlineData("UPDATE ParsedContents SET Prefix = x'00'", "bytes, its row says")]
    [InlineData("UPDATE ParsedContents SET MimeTree = x'ff'", "MIME tree")]
    public async Task Checker_FindsWhatWasDamaged(string sql, string expected)
    {
        await using TestStore test = await TestStore.StartAsync();
        test.ChecksAtEnd = false;
        await test.AddAsync(TestStore.Text(1));
        await test.CloseAsync();
        using (var database = new Database(Path.Combine(test.AccountDirectory, "account.db"), false, 1000))
        {
            database.Run(sql);
        }

        IReadOnlyList<ConsistencyProblem> problems = await ConsistencyChecker.CheckAccountAsync(test.AccountDirectory, default);
        Assert.Contains(problems, p => p.Text.Contains(expected, StringComparison.Ordinal));
        await test.OpenStoreAsync();
    }

    [Fact]
    public async Task Checker_FindsMissingAndExtraFiles()
    {
        await using TestStore test = await TestStore.StartAsync();
        test.ChecksAtEnd = false;
        await test.AddManyAsync(2);
        await test.CloseAsync();
        File.Move(Path.Combine(test.AccountDirectory, "msg", "a", "1"), Path.Combine(test.AccountDirectory, "msg", "a", "x"));
        IReadOnlyList<ConsistencyProblem> problems = await ConsistencyChecker.CheckAccountAsync(test.AccountDirectory, default);
        Assert.Equal(2, problems.Count);
        await test.OpenStoreAsync();
    }

    private static async Task DeliverAsync(AccountStore store, string account)
    {
        using AccountLease lease = await store.OpenAsync(account, default);
        using SpooledMessage spooled = TestStore.Spool(store, "Subject: x\r\n\r\nx\r\n"u8.ToArray());
        await lease.Account.DeliverAsync(MailboxName.Inbox, TestStore.New(spooled), default);
    }
}
