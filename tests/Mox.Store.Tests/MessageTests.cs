using System.Text;

namespace Mox.Store.Tests;

public class MessageTests
{
    [Fact]
    public async Task StoreFlags_AddRemoveReplace_ChangesStateCountsAndModSeq()
    {
        await using TestStore test = await TestStore.StartAsync();
        List<Uid> uids = await test.AddManyAsync(3);
        ModSeq before = test.Inbox.HighestModSeq;
        StoreFlagsResult result = await Store(test, uids, FlagChangeKind.Add, MessageFlags.Seen | MessageFlags.Deleted, "blue", "Red");
        Assert.Equal(uids, result.Changed);
        Assert.True(result.ModSeq > before);
        Assert.Equal((0L, 3L, 0L, 0L), (test.Inbox.Counts.Total, test.Inbox.Counts.Deleted, test.Inbox.Counts.Unread, test.Inbox.Counts.Unseen));
        Assert.Equal(["blue", "red"], test.Inbox.Keywords);

        result = await Store(test, uids, FlagChangeKind.Add, MessageFlags.Seen);
        Assert.Empty(result.Changed);
        result = await Store(test, [uids[0]], FlagChangeKind.Remove, MessageFlags.Deleted, "red");
        Assert.Equal([uids[0]], result.Changed);
        await Store(test, [uids[1], new Uid(77)], FlagChangeKind.Replace, MessageFlags.Flagged, "green");
        using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        Assert.Equal((MessageFlags.Seen, "blue"), (view.Current[0].Flags, view.Current[0].Keywords.ToString()));
        Assert.Equal((MessageFlags.Flagged, "green"), (view.Current[1].Flags, view.Current[1].Keywords.ToString()));
        Assert.Equal(["blue", "green", "red"], view.Current.Keywords);
        Assert.Equal(2, view.Current.FirstUnseen() + 1);
    }

    [Fact]
    public async Task StoreFlags_UnchangedSince_LeavesLaterOnesAlone()
    {
        await using TestStore test = await TestStore.StartAsync();
        List<Uid> uids = await test.AddManyAsync(3);
        ModSeq since = test.Inbox.HighestModSeq;
        await Store(test, [uids[1]], FlagChangeKind.Add, MessageFlags.Flagged);
        StoreFlagsResult result = await test.Account.StoreFlagsAsync(
            test.Inbox.Id, [.. uids, new Uid(99)], new FlagChange(FlagChangeKind.Add, MessageFlags.Seen, KeywordSet.Empty), since, default);
        Assert.Equal([uids[0], uids[2]], result.Changed);
        Assert.Equal([uids[1]], result.Modified);
        Assert.Equal([new Uid(99)], result.Missing);
    }

    [Fact]
    public async Task UsualHeader_OfARowParsedByOlderCode_IsNotGiven()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1));
        Assert.Equal(TestStore.Text(1)[..^"\r\nHello 1.\r\n".Length], Encoding.ASCII.GetString(Read()!));
        await test.Account.WriteAsync(
            context =>
            {
                context.Database.Run("UPDATE ParsedContents SET ParseVersion = 1");
                return true;
            },
            default);
        Assert.Null(Read());

        byte[]? Read() => test.Account.ReadRows([added.MessageId], MessageColumns.UsualHeader)[0]!.UsualHeader;
    }

    [Fact]
    public async Task Copy_SharesTheFile_AndKeepsFlags()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1), flags: MessageFlags.Flagged, keywords: "blue");
        CopyResult copy = await test.Account.CopyAsync(test.Inbox.Id, [added.Uid, new Uid(50)], test.Mailbox("Archive").Id, default);
        Assert.Equal([added.Uid], copy.Source);
        Assert.Equal([new Uid(1)], copy.Destination);
        Assert.Equal(test.Mailbox("Archive").UidValidity, copy.UidValidity);
        Assert.Single(test.Files());
        using MailboxView view = await test.Account.OpenViewAsync(test.Mailbox("Archive").Id, default);
        Assert.Equal((added.MessageId, MessageFlags.Flagged, "blue"), (view.Current[0].MessageId, view.Current[0].Flags, view.Current[0].Keywords.ToString()));

        // The original goes, the copy keeps the content.
        await Store(test, [added.Uid], FlagChangeKind.Add, MessageFlags.Deleted);
        await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        await test.RestartAsync();
        Assert.Equal(TestStore.Text(1), test.Content(added.MessageId));
    }

    [Fact]
    public async Task Move_TouchesNoFile_AndOldViewStillReads()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1));
        using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        CopyResult move = await test.Account.MoveAsync(test.Inbox.Id, [added.Uid], test.Mailbox("Trash").Id, default);
        Assert.Equal([added.Uid], move.Source);
        Assert.Equal(0, test.Inbox.Counts.Messages);
        Assert.Equal([added.Uid], test.Account.ReadVanished(test.Inbox.Id, added.ModSeq)!);

        // Expunged at its new place too, while the first view was told nothing.
        await test.Account.StoreFlagsAsync(
            test.Mailbox("Trash").Id, move.Destination, new FlagChange(FlagChangeKind.Add, MessageFlags.Deleted, KeywordSet.Empty), null, default);
        await test.Account.ExpungeAsync(test.Mailbox("Trash").Id, null, default);
        await test.Account.SetSubscribedAsync(MailboxName.Parse("x"), true, default);
        Assert.Equal(TestStore.Text(1), test.Content(view.Told[0].MessageId));
        Assert.Equal("number 1", test.Row(view.Told[0].MessageId).Subject);

        view.Advance(view.Current);
        await TestStore.EventuallyAsync(() => test.Files().Length == 0);
    }

    [Fact]
    public async Task Expunge_OnlyDeletedAmongThese_LeavesTombstones()
    {
        await using TestStore test = await TestStore.StartAsync();
        List<Uid> uids = await test.AddManyAsync(4);
        ModSeq since = test.Inbox.HighestModSeq;
        await Store(test, uids[..3], FlagChangeKind.Add, MessageFlags.Deleted);
        ExpungeResult first = await test.Account.ExpungeAsync(test.Inbox.Id, [uids[1], uids[3]], default);
        Assert.Equal([uids[1]], first.Uids);
        ExpungeResult rest = await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        Assert.Equal([uids[0], uids[2]], rest.Uids);
        Assert.Empty((await test.Account.ExpungeAsync(test.Inbox.Id, null, default)).Uids);
        Assert.Equal([uids[0], uids[1], uids[2]], test.Account.ReadVanished(test.Inbox.Id, since)!);
        Assert.Equal([uids[0], uids[2]], test.Account.ReadVanished(test.Inbox.Id, first.ModSeq)!);
        await TestStore.EventuallyAsync(() => test.Files().Length == 1);
    }

    [Fact]
    public async Task ExpungedMessage_StaysReadable_UntilTheLastViewWasTold()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1), flags: MessageFlags.Deleted);
        using MailboxView a = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        MailboxView b = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        Assert.True(a.HasNews);
        Assert.Equal([0], SnapshotDiff.Between(a.Told, a.Current).Removed);
        a.Advance(a.Current);
        await test.AddAsync(TestStore.Text(2));
        Assert.Equal(TestStore.Text(1), test.Content(added.MessageId));
        b.Dispose();
        await TestStore.EventuallyAsync(() => test.Content(added.MessageId) is null && test.Files().Length == 1);
    }

    // The first expunge hands the content over to be erased; before that is done, the last copy goes, which a view still names.
    [Fact]
    public async Task ExpungedCopy_StaysReadable_WhenTheOtherWasExpungedJustBefore()
    {
        await using TestStore test = await TestStore.StartAsync();
        Mailbox archive = test.Mailbox("Archive");
        for (int round = 1; round <= 20; round++)
        {
            AddedMessage added = await test.AddAsync(TestStore.Text(round), flags: MessageFlags.Deleted);
            await test.Account.CopyAsync(test.Inbox.Id, [added.Uid], archive.Id, default);
            MailboxView view = await test.Account.OpenViewAsync(archive.Id, default);
            Task first = test.Account.ExpungeAsync(test.Inbox.Id, null, default);
            Task second = test.Account.ExpungeAsync(archive.Id, null, default);
            await Task.WhenAll(first, second);
            await test.AddAsync(TestStore.Text(100 + round)); // after the erasing that was asked for
            Assert.Equal(TestStore.Text(round), test.Content(added.MessageId));
            Assert.NotNull(test.Account.ReadRows([added.MessageId], MessageColumns.Prefix)[0]);
            view.Dispose();
            await TestStore.EventuallyAsync(() => test.Content(added.MessageId) is null);
        }
    }

    [Fact]
    public async Task Add_OverQuota_FailsAlone_AndLeavesNothing()
    {
        long? quota = null;
        await using TestStore test = await TestStore.StartAsync(o => new StoreOptions { DataDirectory = o.DataDirectory, QuotaBytes = _ => quota });
        await test.AddAsync(TestStore.Text(1));
        quota = test.Account.SizeBytes + 10;
        await Assert.ThrowsAsync<QuotaExceededException>(() => test.AddAsync(TestStore.Text(2)));
        await Assert.ThrowsAsync<QuotaExceededException>(() => test.Account.CopyAsync(test.Inbox.Id, [new Uid(1)], test.Inbox.Id, default));
        Assert.Single(test.Files());
        Assert.Equal(1, test.Account.MessageCount);
        quota = null;
        Assert.Equal(new Uid(2), (await test.AddAsync(TestStore.Text(3))).Uid);
    }

    [Fact]
    public async Task Add_OverQuotaOfMessages_FailsAlone_AndReplaceStillWorks()
    {
        long? quota = 2;
        await using TestStore test = await TestStore.StartAsync(o => new StoreOptions { DataDirectory = o.DataDirectory, QuotaMessages = _ => quota });
        AddedMessage old = await test.AddAsync(TestStore.Text(1));
        test.Account.CheckQuota(1, 1_000_000);
        await test.AddAsync(TestStore.Text(2));
        Assert.Throws<QuotaExceededException>(() => test.Account.CheckQuota(1, 0));
        var e = await Assert.ThrowsAsync<QuotaExceededException>(() => test.AddAsync(TestStore.Text(3)));
        Assert.Equal(2, e.Quota);
        await Assert.ThrowsAsync<QuotaExceededException>(() => test.Account.CopyAsync(test.Inbox.Id, [new Uid(1)], test.Mailbox("Sent").Id, default));
        await test.Account.MoveAsync(test.Inbox.Id, [new Uid(2)], test.Mailbox("Sent").Id, default);
        using SpooledMessage spooled = test.Spool(TestStore.Text(4));
        Assert.NotNull(await test.Account.ReplaceAsync(test.Inbox.Id, old.Uid, test.Inbox.Id, TestStore.New(spooled), default));
        Assert.Equal(2, test.Account.MessageCount);
    }

    [Fact]
    public async Task Replace_IsOneOperation()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage old = await test.AddAsync(TestStore.Text(1));
        using SpooledMessage spooled = test.Spool(TestStore.Text(2));
        AddedMessage? added = await test.Account.ReplaceAsync(test.Inbox.Id, old.Uid, test.Inbox.Id, TestStore.New(spooled), default);
        using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        Assert.Equal([added!.Value.Uid], view.Current.Select(e => e.Uid));
        Assert.Null(await test.Account.ReplaceAsync(test.Inbox.Id, old.Uid, test.Inbox.Id, TestStore.New(spooled), default));
        Assert.Equal(1, test.Account.MessageCount);
    }

    [Fact]
    public async Task LargeMessage_IsSpooledInFlatMemory_AndReadBack()
    {
        await using TestStore test = await TestStore.StartAsync();
        byte[] line = "0123456789abcdef0123456789abcdef0123456789abcdef\r\n"u8.ToArray();
        using SpooledMessageWriter writer = test.Store.CreateSpool();
        writer.Write("Subject: large\r\n\r\n"u8);
        for (int i = 0; i < 20_000; i++)
        {
            writer.Write(line);
        }

        using SpooledMessage spooled = writer.Finish();
        AddedMessage added = await test.Account.DeliverAsync(MailboxName.Inbox, TestStore.New(spooled), default);
        using MessageContent content = test.Account.OpenContent(added.MessageId)!;
        Assert.Equal(18 + (20_000 * 50), content.SizeBytes);
        byte[] last = new byte[100];
        Assert.Equal(50, content.Read(content.SizeBytes - 50, last));
        Assert.Equal(line, last[..50]);
    }

    [Fact]
    public async Task UnfinishedSpool_LeavesNoFile_AndRestartSweepsWhatACrashLeft()
    {
        await using TestStore test = await TestStore.StartAsync();
        string temporary = Path.Combine(test.DataDirectory, "tmp");
        using (SpooledMessageWriter writer = test.Store.CreateSpool())
        {
            writer.Write(new byte[200_000]);
            Assert.Single(Directory.EnumerateFiles(temporary));
        }

        Assert.Empty(Directory.EnumerateFiles(temporary));
        await test.CloseAsync();
        await File.WriteAllTextAsync(Path.Combine(temporary, "left"), "x");
        await test.OpenStoreAsync();
        Assert.Empty(Directory.EnumerateFiles(temporary));
        await test.OpenAccountAsync();
    }

    [Fact]
    public async Task FilesAboveTheLastId_AreSweptAtOpen_AndTheirIdsNotReused()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1));
        await test.CloseAsync();
        await File.WriteAllTextAsync(Path.Combine(test.AccountDirectory, "msg", "a", "40"), "left by a crash");
        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        Assert.Equal(["1"], test.Files());
        Assert.Equal(41, (await test.AddAsync(TestStore.Text(2))).MessageId.Value);
        Assert.Equal(1, added.MessageId.Value);
    }

    [Fact]
    public async Task NewFiles_AreReadableByTheOwnerOnly()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddAsync(TestStore.Text(1));
        foreach (string file in Directory.EnumerateFiles(test.DataDirectory, "*", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Tombstones_TooOld_AreReclaimed_AndVanishedSaysSo()
    {
        await using TestStore test = await TestStore.StartAsync();
        ModSeq start = test.Inbox.HighestModSeq;
        await test.AddAsync(TestStore.Text(1), flags: MessageFlags.Deleted);
        ExpungeResult old = await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        test.Time.Advance(TimeSpan.FromDays(401));
        await test.AddAsync(TestStore.Text(2), flags: MessageFlags.Deleted);
        ExpungeResult young = await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        await test.RestartAsync();
        await TestStore.EventuallyAsync(() => test.Inbox.HighestDeletedModSeq == old.ModSeq);
        Assert.Null(test.Account.ReadVanished(test.Inbox.Id, start));
        Assert.Equal(young.Uids, test.Account.ReadVanished(test.Inbox.Id, old.ModSeq)!);
    }

    private static Task<StoreFlagsResult> Store(
        TestStore test, IReadOnlyList<Uid> uids, FlagChangeKind kind, MessageFlags flags, params string[] keywords) =>
        test.Account.StoreFlagsAsync(test.Inbox.Id, uids, new FlagChange(kind, flags, KeywordSet.Of(keywords)), null, default);

    [Theory]
    [InlineData(MessageColumns.None)]
    [InlineData(MessageColumns.Subject | MessageColumns.Envelope)]
    [InlineData(MessageColumns.Summary | MessageColumns.Subject | MessageColumns.Envelope | MessageColumns.Prefix)]
    public async Task ReadRows_InAnyOrder_GivesEachItsOwnRow(MessageColumns columns)
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(40);
        // Runs with holes, single ones, backwards, twice the same, and ones that are not there.
        long[] ids = [1, 2, 3, 4, 5, 8, 10, 14, 18, 22, 23, 40, 41, 42, 43, 44, 30, 29, 28, 7, 7, 7, 7, 100, 6, 9, 12, 13, -5, -4, -3, -2, 1];
        IReadOnlyList<MessageRow?> rows = test.Account.ReadRows([.. ids.Select(i => new MessageId(i))], columns);
        Assert.Equal(ids.Length, rows.Count);
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(ids[i] is >= 1 and <= 40 ? ids[i] : null, rows[i]?.Id.Value);
            if (rows[i] is { } row && columns != MessageColumns.None)
            {
                Assert.Equal($"number {ids[i]}", row.Subject);
                Assert.Contains($"number {ids[i]}\"", System.Text.Encoding.UTF8.GetString(row.Envelope!), StringComparison.Ordinal);
            }
        }
    }
}
