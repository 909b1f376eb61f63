using Microsoft.Data.Sqlite;
using Mox.Testing;

namespace Mox.Store.Tests;

public class BackupTests
{
    [Fact]
    public async Task Backup_Account_HasAllAndIsConsistent()
    {
        await using TestStore test = await TestStore.StartAsync();
        using var destination = new TempDirectory();
        List<Uid> uids = await test.AddManyAsync(20);
        await test.Account.CopyAsync(test.Inbox.Id, uids, test.Mailbox("Archive").Id, default);
        await test.Store.SetPasswordAsync("mox", "secret-password", default);
        AccountBackup backup = Assert.Single(await RunAsync(test.Store, destination.Path));
        Assert.Equal(("mox", 20L, false), (backup.Account, backup.Messages, backup.IsCopied));
        Assert.Empty(backup.Problems);
        Assert.Equal(20, backup.Messages);
        Assert.Equal(Enumerable.Range(1, 20).Sum(i => TestStore.Text(i).Length), backup.SizeBytes);
        await TestStore.AssertConsistentAsync(destination.Path);
        // One file is all of a database: no log beside it that a copy could lose.
        Assert.Equal(["account.db"], Directory.GetFiles(destination["accounts", "mox"]).Select(Path.GetFileName));
        Assert.Equal(["server.db"], Directory.GetFiles(destination.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Backup_ThenOpened_HasTheMail()
    {
        await using TestStore test = await TestStore.StartAsync();
        using var destination = new TempDirectory();
        AddedMessage added = await test.AddAsync(TestStore.Text(1));
        await RunAsync(test.Store, destination.Path);
        await test.AddAsync(TestStore.Text(2));
        await using AccountStore restored = await AccountStore.StartAsync(
            new StoreOptions { DataDirectory = destination.Path }, test.Time, test.Log, new MetricRecorder(), default);
        using AccountLease lease = await restored.OpenAsync("mox", default);
        Assert.Equal(1, lease.Account.MessageCount);
        using MessageContent? content = lease.Account.OpenContent(added.MessageId);
        using var reader = new StreamReader(content!.OpenStream());
        Assert.Equal(TestStore.Text(1), await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Restored_RenewedUidValidity_IsAboveAllThatWasUsed()
    {
        await using TestStore test = await TestStore.StartAsync();
        using var destination = new TempDirectory();
        await test.AddManyAsync(3);
        await RunAsync(test.Store, destination.Path);
        test.Time.Advance(TimeSpan.FromMinutes(1));
        Mailbox later = await test.Account.CreateMailboxAsync(MailboxName.Parse("Later"), SpecialUse.None, default);
        test.Time.Advance(TimeSpan.FromMinutes(1));
        await using (AccountStore restored = await AccountStore.StartAsync(
            new StoreOptions { DataDirectory = destination.Path }, test.Time, test.Log, new MetricRecorder(), default))
        {
            using AccountLease lease = await restored.OpenAsync("mox", default);
            await lease.Account.RenewUidValiditiesAsync(default);
            Assert.All(lease.Account.Mailboxes.All, mailbox => Assert.True(mailbox.UidValidity.Value > later.UidValidity.Value));
            Mailbox anew = await lease.Account.CreateMailboxAsync(MailboxName.Parse("Later"), SpecialUse.None, default);
            Assert.True(anew.UidValidity.Value > lease.Account.Mailboxes.All.Where(mailbox => mailbox.Id != anew.Id).Max(mailbox => mailbox.UidValidity.Value));
        }

        await TestStore.AssertConsistentAsync(destination.Path);
    }

    [Fact]
    public async Task Backup_WhileMailComesAndGoes_IsConsistentEachTime()
    {
        await using TestStore test = await TestStore.StartAsync();
        using var stop = new CancellationTokenSource();
        Task load = Task.WhenAll(Enumerable.Range(0, 3).Select(n => Task.Run(() => ComeAndGoAsync(test, n, stop.Token))));
        long messages = 0;
        for (int i = 0; i < 15; i++)
        {
            using var destination = new TempDirectory();
            AccountBackup backup = Assert.Single(await RunAsync(test.Store, destination.Path));
            Assert.Empty(backup.Problems);
            messages += backup.Messages;
            await TestStore.AssertConsistentAsync(destination.Path);
        }

        await stop.CancelAsync();
        await load;
        Assert.True(messages > 15);
        // What was expunged during a backup goes after it.
        await TestStore.EventuallyAsync(() => test.Files().Length == test.Account.MessageCount);
    }

    [Fact]
    public async Task Hold_ExpungedContent_StaysUntilReleased()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(3, flags: MessageFlags.Deleted);
        using (await test.Account.HoldContentsAsync(default))
        {
            using IDisposable second = await test.Account.HoldContentsAsync(default);
            await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
            Assert.Equal(0, test.Account.MessageCount);
            second.Dispose();
            // A write behind any erase that would have been begun.
            await test.AddAsync(TestStore.Text(4));
            Assert.Equal(4, test.Files().Length);
        }

        await TestStore.EventuallyAsync(() => test.Files().Length == 1);
    }

    [Fact]
    public async Task Backup_MissingFile_IsToldAndTheRestIsThere()
    {
        await using TestStore test = await TestStore.StartAsync();
        test.ChecksAtEnd = false;
        using var destination = new TempDirectory();
        await test.AddManyAsync(3);
        string lost = Directory.GetFiles(Path.Combine(test.AccountDirectory, "msg"), "2", SearchOption.AllDirectories).Single();
        File.Delete(lost);
        AccountBackup backup = Assert.Single(await RunAsync(test.Store, destination.Path));
        Assert.Equal(2, backup.Messages);
        Assert.Equal($"{lost} is missing", Assert.Single(backup.Problems));
    }

    [Fact]
    public async Task Backup_BrokenAccount_IsToldAndOthersGoOn()
    {
        await using TestStore test = await TestStore.StartAsync();
        test.ChecksAtEnd = false;
        using var destination = new TempDirectory();
        await test.Store.CreateAsync("broken", InitialMailboxes.Default, default);
        await File.WriteAllTextAsync(Path.Combine(test.DataDirectory, "accounts", "broken", "account.db"), "not a database");
        List<AccountBackup> backups = await RunAsync(test.Store, destination.Path);
        Assert.Equal(["broken", "mox"], backups.Select(backup => backup.Account));
        Assert.StartsWith("not backed up: ", Assert.Single(backups[0].Problems), StringComparison.Ordinal);
        Assert.Empty(backups[1].Problems);
    }

    [Fact]
    public async Task Snapshot_DuringWrites_IsOneMoment()
    {
        using var directory = new TempDirectory();
        string source = directory["a.db"];
        await using (var connection = new SqliteConnection($"Data Source={source};Pooling=False"))
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode=WAL; CREATE TABLE t (a INTEGER, b BLOB); CREATE TABLE u (a INTEGER);");
            Run(connection, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO t SELECT i, randomblob(1000) FROM n");
            using var stop = new CancellationTokenSource();
            Task writing = Task.Run(() =>
            {
                for (int i = 0; !stop.IsCancellationRequested; i++)
                {
                    Run(connection, $"BEGIN; INSERT INTO t VALUES ({i}, randomblob(1000)); INSERT INTO u VALUES ({i}); COMMIT");
                }
            });
            for (int i = 0; i < 5; i++)
            {
                DatabaseSnapshot.Copy(source, directory[$"copy{i}.db"], default);
            }

            await stop.CancelAsync();
            await writing;
        }

        for (int i = 0; i < 5; i++)
        {
            await using var copy = new SqliteConnection($"Data Source={directory[$"copy{i}.db"]};Pooling=False;Mode=ReadOnly");
            copy.Open();
            Assert.Equal("ok", Scalar(copy, "PRAGMA integrity_check"));
            Assert.Equal("delete", Scalar(copy, "PRAGMA journal_mode"));
            Assert.Equal(30000L, Scalar(copy, "SELECT (SELECT COUNT(*) FROM t) - (SELECT COUNT(*) FROM u)"));
        }
    }

    [Fact]
    public void Snapshot_ExistingFile_IsNotOverwritten()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["there"], "mine");
        Assert.Throws<IOException>(() => DatabaseSnapshot.Copy(directory["a.db"], directory["there"], default));
        Assert.Equal("mine", File.ReadAllText(directory["there"]));
        Assert.Throws<StoreException>(() => DatabaseSnapshot.Copy(directory["there"], directory["copy"], default));
    }

    [Fact]
    public void Links_AcrossFileSystems_AreCopies()
    {
        const string OtherFileSystem = "/dev/shm";
        if (!Directory.Exists(OtherFileSystem))
        {
            return;
        }

        using var directory = new TempDirectory();
        string other = Path.Combine(OtherFileSystem, Path.GetRandomFileName());
        Directory.CreateDirectory(other);
        try
        {
            File.WriteAllText(directory["a"], "text");
            var links = new FileLinks();
            links.Add(directory["a"], Path.Combine(other, "a"));
            links.Add(directory["a"], Path.Combine(other, "b"));
            Assert.Throws<FileNotFoundException>(() => links.Add(directory["none"], Path.Combine(other, "c")));
            links.Flush(other, [other]);
            Assert.True(links.HasCopied);
            Assert.Equal("text", File.ReadAllText(Path.Combine(other, "b")));
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    private static async Task<List<AccountBackup>> RunAsync(AccountStore store, string destination)
    {
        var backups = new List<AccountBackup>();
        await foreach (AccountBackup backup in new StoreBackup(store, destination).RunAsync(default))
        {
            backups.Add(backup);
        }

        return backups;
    }

    // Delivers and expunges at once, with views that keep some of what is gone.
    private static async Task ComeAndGoAsync(TestStore test, int number, CancellationToken stop)
    {
        var random = new Random(number);
        while (!stop.IsCancellationRequested)
        {
            AddedMessage added = await test.AddAsync(TestStore.Text(number), flags: MessageFlags.Deleted);
            using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
            if (random.Next(3) > 0)
            {
                await test.Account.ExpungeAsync(test.Inbox.Id, random.Next(2) == 0 ? [added.Uid] : null, default);
            }
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Made of constants and numbers.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
