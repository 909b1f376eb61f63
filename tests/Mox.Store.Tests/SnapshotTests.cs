namespace Mox.Store.Tests;

public class SnapshotTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WithoutRemovals_IsTheLaterOneAndWhatIsGone_AndTouchesNeither(int seed)
    {
        var random = new Random(seed);
        MailboxSnapshot snapshot = SnapshotEditor.Empty(new MailboxId(1));
        uint next = 1;
        MailboxSnapshot told = snapshot;
        MailboxSnapshot held = snapshot;
        for (int step = 1; step <= 60; step++)
        {
            var modSeq = new ModSeq(step);
            var editor = new SnapshotEditor(snapshot);
            for (int i = random.Next(200); i > 0; i--, next++)
            {
                editor.Add(new MessageEntry(new Uid(next), new MessageId(next), 0, KeywordSet.Empty, modSeq, 1, 2, 3));
            }

            snapshot = editor.Build(new Uid(next), modSeq, KeywordSet.Empty);
            foreach (MessageEntry entry in snapshot.Where(_ => random.Next(20) == 0))
            {
                editor.SetState(entry.Uid, MessageFlags.Seen, KeywordSet.Empty, modSeq);
            }

            editor.Remove([.. snapshot.Where(_ => random.Next(30) == 0).Select(e => e.Uid)]);
            snapshot = editor.Build(new Uid(next), modSeq, KeywordSet.Empty);
            MessageEntry[] before = [.. snapshot];

            // From what was held, again and again, as a client that is not told of what is gone.
            held = held.WithoutRemovals(snapshot);
            var expected = new SortedDictionary<uint, MessageEntry>(held.ToDictionary(e => e.Uid.Value));
            Assert.Empty(SnapshotDiff.Between(told, held).Removed);
            Assert.Equal(snapshot, held.Where(e => snapshot.IndexOf(e.Uid) >= 0));
            Assert.Equal(expected.Values, held);
            Assert.Equal(told.HighestModSeq, held.HighestModSeq);
            Assert.Equal(snapshot.UidNext, held.UidNext);
            Assert.Equal(before, snapshot);
            if (random.Next(5) == 0)
            {
                told = held = snapshot;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomEdits_EqualAPlainList_AndDiffsRebuildIt(int seed)
    {
        var random = new Random(seed);
        var plain = new SortedDictionary<uint, MessageEntry>();
        MailboxSnapshot snapshot = SnapshotEditor.Empty(new MailboxId(1));
        uint next = 1;
        var older = new List<(MailboxSnapshot Snapshot, MessageEntry[] Entries)>();
        for (int step = 1; step <= 120; step++)
        {
            var modSeq = new ModSeq(step);
            var editor = new SnapshotEditor(snapshot);
            int kind = random.Next(3);
            for (int i = random.Next(400); kind == 0 && i > 0; i--)
            {
                var entry = new MessageEntry(
                    new Uid(next), new MessageId(next), 0, random.Next(9) == 0 ? KeywordSet.Of("k") : KeywordSet.Empty, modSeq, 1, 2, 3);
                editor.Add(entry);
                plain.Add(next++, entry);
            }

            uint[] some = [.. plain.Keys.Where(_ => random.Next(step % 7 == 0 ? 2 : 50) == 0)];
            if (kind == 1)
            {
                foreach (uint uid in some)
                {
                    editor.SetState(new Uid(uid), MessageFlags.Seen, KeywordSet.Empty, modSeq);
                    plain[uid] = plain[uid] with { Flags = MessageFlags.Seen, Keywords = KeywordSet.Empty, ModSeq = modSeq };
                }
            }
            else if (kind == 2)
            {
                editor.Remove([.. some.Select(u => new Uid(u)), new Uid(next + 5)]);
                Array.ForEach(some, u => plain.Remove(u));
            }

            snapshot = editor.Build(new Uid(next), modSeq, KeywordSet.Empty);
            Assert.Equal(plain.Values, snapshot);
            older.Add((snapshot, [.. plain.Values]));
        }

        // Snapshots that others still hold did not change, and each diff leads from them to the newest.
        foreach ((MailboxSnapshot old, MessageEntry[] entries) in older)
        {
            Assert.Equal(entries, old);
            AssertIndexes(old, random);
            SnapshotDiff diff = SnapshotDiff.Between(old, snapshot);
            List<MessageEntry> told = [.. old];
            foreach (int index in diff.Removed.Reverse())
            {
                told.RemoveAt(index);
            }

            Assert.Equal(snapshot.Count - diff.AddedCount, told.Count);
            Assert.All(diff.Changed, index => told[index] = snapshot[index]);
            told.AddRange(snapshot.Skip(diff.FirstAdded));
            Assert.Equal(snapshot, told);
        }

        foreach (int index in Enumerable.Range(0, snapshot.Count))
        {
            Assert.Equal(index, snapshot.IndexOf(snapshot.UidAt(index)));
        }

        Assert.True(SnapshotDiff.Between(snapshot, snapshot).IsEmpty);
        Assert.Equal(~snapshot.Count, snapshot.IndexOf(new Uid(uint.MaxValue)));
    }

    private static void AssertIndexes(MailboxSnapshot snapshot, Random random)
    {
        var since = new ModSeq(random.NextInt64(snapshot.HighestModSeq.Value + 2));
        Assert.Equal(Enumerable.Range(0, snapshot.Count).Where(i => snapshot[i].ModSeq > since), snapshot.ChangedSince(since));
        var missing = Enumerable.Range(1, (int)snapshot.UidNext.Value - 1).Select(u => (uint)u).Except(snapshot.Select(e => e.Uid.Value)).ToHashSet();
        uint before = 0;
        foreach ((Uid first, Uid last) in snapshot.Gaps())
        {
            // Runs as long as they can be.
            Assert.True(first.Value > before + 1 || before == 0);
            Assert.True(first <= last);
            for (uint uid = first.Value; uid <= last.Value; uid++)
            {
                Assert.True(missing.Remove(uid));
            }

            before = last.Value;
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task SnapshotLoadedWhileWriting_MissesNothing()
    {
        await using TestStore test = await TestStore.StartAsync();
        Task writing = Task.Run(async () =>
        {
            for (int i = 1; i <= 60; i++)
            {
                AddedMessage added = await test.AddAsync(TestStore.Text(i), flags: i % 3 == 0 ? MessageFlags.Deleted : 0);
                if (i % 5 == 0)
                {
                    await test.Account.ExpungeAsync(added.MailboxId, null, default);
                }
            }
        });
        while (!writing.IsCompleted)
        {
            using MailboxView load = await test.Account.OpenViewAsync(test.Inbox.Id, default);
            // Others push the snapshot out of memory, so that the next look loads it again.
            for (int i = 0; i < 20 && !writing.IsCompleted; i++)
            {
                Mailbox other = await test.Account.CreateMailboxAsync(MailboxName.Parse($"m{Guid.NewGuid():N}"), SpecialUse.None, default);
                (await test.Account.OpenViewAsync(other.Id, default)).Dispose();
            }
        }

        await writing;
        using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        Assert.Equal(test.Inbox.Counts.Messages, view.Current.Count);
        Assert.Equal(test.Inbox.HighestModSeq, view.Current.HighestModSeq);
        Assert.Equal(view.Current, test.Account.Read(db => MessageRows.ReadSnapshot(db, test.Inbox.Id))!);
    }
}
