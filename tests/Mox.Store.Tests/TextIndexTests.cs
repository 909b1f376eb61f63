using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Mime;

namespace Mox.Store.Tests;

public class TextIndexTests
{
    private static readonly TextScope[] Scopes = [TextScope.Header, TextScope.Body, TextScope.HeaderAndBody];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Find_RandomNeedlesOverRandomMails_LeavesOutNoMatch(int seed)
    {
        var random = new Random(seed);
        await using TestStore test = await TestStore.StartAsync();
        var mails = new RandomMails(random);
        for (int i = 0; i < 60; i++)
        {
            await test.AddAsync(mails.Next());
        }

        await test.Account.IndexAsync(rebuild: false, default);
        List<(MessageId Id, SearchText Text, IDisposable Content)> texts = Texts(test);
        int leftOut = 0;
        for (int i = 0; i < 150; i++)
        {
            string needle = mails.Needle();
            string folded = UnicodeCasemap.Fold(needle);
            foreach (TextScope scope in Scopes)
            {
                TextCandidates? candidates = test.Account.TextIndex.Find(needle, scope);
                if (candidates is null)
                {
                    Assert.True(folded.EnumerateRunes().Count() < 3, $"no answer for {needle}");
                    continue;
                }

                foreach ((MessageId id, SearchText text, _) in texts)
                {
                    bool matches = text.Contains(folded, scope);
                    bool mayMatch = candidates.MayMatch(id);
                    Assert.True(mayMatch || !matches, $"{needle} in {scope} of {id}, seed {seed}");
                    leftOut += mayMatch ? 0 : 1;
                }
            }
        }

        texts.ForEach(text => text.Content.Dispose());
        // It is of use, too.
        Assert.True(leftOut > 150 * 60, $"{leftOut}");
    }

    [Fact]
    public async Task Find_NewMessage_MayMatchUntilItIsIndexed()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage one = await test.AddAsync(TestStore.Text(1));
        await test.Account.IndexAsync(rebuild: false, default);
        AddedMessage two = await test.AddAsync(TestStore.Text(2));
        TextCandidates before = test.Account.TextIndex.Find("nothing of the kind", TextScope.HeaderAndBody)!;
        Assert.False(before.MayMatch(one.MessageId));
        Assert.True(before.MayMatch(two.MessageId));
        // Nobody asks: it comes by itself some time after the message.
        await test.Time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        test.Time.Advance(TimeSpan.FromSeconds(3));
        await TestStore.EventuallyAsync(() => !test.Account.TextIndex.Find("nothing of the kind", TextScope.HeaderAndBody)!.MayMatch(two.MessageId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("\uD83D\uDE00\uD83D\uDE00")]
    [InlineData("a\0bcdef")]
    public async Task Find_TooShort_CannotSay(string needle)
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.Null(test.Account.TextIndex.Find(needle, TextScope.Body));
    }

    [Theory]
    [InlineData("\"\"\"")]
    [InlineData("' OR 1=1 --")]
    [InlineData("a AND b NOT c*")]
    [InlineData("^{near(x y)}")]
    [InlineData("\\\"quoted\\\"")]
    public async Task Find_SyntaxOfQueries_IsText(string needle)
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage with = await test.AddAsync($"Subject: x\r\n\r\nbefore {needle} after\r\n");
        AddedMessage without = await test.AddAsync(TestStore.Text(2));
        await test.Account.IndexAsync(rebuild: false, default);
        TextCandidates candidates = test.Account.TextIndex.Find(needle, TextScope.Body)!;
        Assert.True(candidates.MayMatch(with.MessageId));
        Assert.False(candidates.MayMatch(without.MessageId));
    }

    [Fact]
    public async Task Find_HeaderAndBody_AreKeptApart()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage message = await test.AddAsync("Subject: sesame\r\nX-Tag: =?utf-8?q?gr=C3=BCn?=\r\n\r\nopen poppy\r\n");
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.True(MayMatch("SESAME", TextScope.Header));
        Assert.False(MayMatch("sesame", TextScope.Body));
        Assert.True(MayMatch("sesame", TextScope.HeaderAndBody));
        Assert.True(MayMatch("x-tag: GRÜN", TextScope.Header));
        Assert.True(MayMatch("Poppy", TextScope.Body));
        Assert.False(MayMatch("poppy", TextScope.Header));

        bool MayMatch(string needle, TextScope scope) => test.Account.TextIndex.Find(needle, scope)!.MayMatch(message.MessageId);
    }

    [Fact]
    public async Task LongText_IsFoundAcrossRows_AndTooLongOneMayAlwaysMatch()
    {
        await using TestStore test = await TestStore.StartAsync();
        // The needle lies across the end of the first row of 16,384 characters, wherever exactly that is.
        var bodies = new List<AddedMessage>();
        for (int at = 16_320; at < 16_400; at += 5)
        {
            bodies.Add(await test.AddAsync($"Subject: x\r\n\r\n{new string('.', at)}the needle in the haystack{new string('.', 40_000)}\r\n"));
        }

        var huge = new StringBuilder("Subject: huge\r\n\r\n");
        for (int i = 0; huge.Length < 2_200_000; i++)
        {
            huge.Append(i).Append(" lines and counting\r\n");
        }

        AddedMessage tooLong = await test.AddAsync(huge.ToString());
        await test.Account.IndexAsync(rebuild: false, default);
        TextCandidates candidates = test.Account.TextIndex.Find("The Needle in the Haystack", TextScope.Body)!;
        Assert.All(bodies, body => Assert.True(candidates.MayMatch(body.MessageId)));
        Assert.True(candidates.MayMatch(tooLong.MessageId));
        TextCandidates none = test.Account.TextIndex.Find("no such thing", TextScope.Body)!;
        Assert.All(bodies, body => Assert.False(none.MayMatch(body.MessageId)));
        Assert.True(none.MayMatch(tooLong.MessageId));
    }

    [Fact]
    public async Task Restart_GoesOnWhereItWas()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(300);
        await test.Account.IndexAsync(rebuild: false, default);
        await test.AddManyAsync(20);
        await test.RestartAsync();
        await test.Account.IndexAsync(rebuild: false, default);
        // Each once.
        Assert.Equal(320, test.Metrics.Sum("mox.store.index.messages"));
        Assert.Equal(320, Count(test, "hello"));
        Assert.Equal(0, Count(test, "no such thing"));
    }

    [Fact]
    public async Task ErasedContents_LeaveTheIndex()
    {
        await using TestStore test = await TestStore.StartAsync();
        List<Uid> uids = await test.AddManyAsync(100);
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.Equal(100, Rows(test, "number"));
        await test.Account.StoreFlagsAsync(
            test.Inbox.Id, [.. uids.Take(60)], new FlagChange(FlagChangeKind.Add, MessageFlags.Deleted, KeywordSet.Empty), null, default);
        await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        await TestStore.EventuallyAsync(() => test.Files().Length == 40);
        await test.AddAsync(TestStore.Text(101));
        await test.RestartAsync();
        await TestStore.EventuallyAsync(() =>
        {
            test.Account.IndexAsync(rebuild: false, default).GetAwaiter().GetResult();
            return Rows(test, "number") == 41;
        });
        Assert.Equal(41, Count(test, "number"));
    }

    [Fact]
    public async Task DamagedIndex_IsThrownAwayWithOneLine_AndMadeAnew()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(50);
        await test.Account.IndexAsync(rebuild: false, default);
        await test.CloseAsync();
        string path = Path.Combine(test.AccountDirectory, "search.db");
        await File.WriteAllBytesAsync(path, [.. Enumerable.Repeat((byte)'x', 100_000)]);
        File.Delete(path + "-wal");
        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.Equal(50, Count(test, "hello"));
        Assert.Equal(0, Count(test, "no such thing"));
        Assert.Single(test.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        Assert.Equal(1, test.Metrics.Sum("mox.store.index.damages"));
    }

    [Fact]
    public async Task DamagedPage_FoundByAReader_IsMadeAnew()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(300);
        await test.Account.IndexAsync(rebuild: false, default);
        await test.CloseAsync();
        string path = Path.Combine(test.AccountDirectory, "search.db");
        byte[] bytes = await File.ReadAllBytesAsync(path);
        // All but the schema and the first tables.
        bytes.AsSpan(16 * 4096).Fill(0x5A);
        await File.WriteAllBytesAsync(path, bytes);
        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        await TestStore.EventuallyAsync(() =>
        {
            _ = test.Account.TextIndex.Find("hello", TextScope.Body);
            test.Account.IndexAsync(rebuild: false, default).GetAwaiter().GetResult();
            return test.Account.TextIndex.Find("hello", TextScope.Body) is not null && Count(test, "hello") == 300;
        });
        Assert.Equal(0, Count(test, "no such thing"));
        Assert.Single(test.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task IndexOfALaterState_IsMadeAnew()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(3);
        await test.Account.IndexAsync(rebuild: false, default);
        await test.CloseAsync();
        string path = Path.Combine(test.AccountDirectory, "search.db");
        using (var database = new Database(path, readOnly: false, 100))
        {
            database.Run("UPDATE IndexState SET CoveredTo = 1000000");
            database.RunScript("DELETE FROM Shard0_1_idx; DELETE FROM Shards;");
        }

        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.Equal(3, Count(test, "hello"));
    }

    [Fact]
    public async Task Rebuild_MakesItAnew()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(30);
        await test.Account.IndexAsync(rebuild: false, default);
        await test.Account.IndexAsync(rebuild: true, default);
        Assert.Equal(60, test.Metrics.Sum("mox.store.index.messages"));
        Assert.Equal(30, Count(test, "hello"));
    }

    [Fact]
    public async Task IndexThatCannotBeWritten_LeavesMailAlone_AndIsSaidOnce()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.CloseAsync();
        string path = Path.Combine(test.AccountDirectory, "search.db");
        File.Delete(path);
        Directory.CreateDirectory(path);
        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        await test.AddManyAsync(3);
        await Assert.ThrowsAsync<AccountUnavailableException>(() => test.Account.IndexAsync(rebuild: false, default));
        await Assert.ThrowsAsync<AccountUnavailableException>(() => test.Account.IndexAsync(rebuild: true, default));
        Assert.Null(test.Account.TextIndex.Find("hello", TextScope.Body));
        Assert.Single(test.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        Directory.Delete(path);
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.Equal(3, Count(test, "hello"));
    }

    [Fact]
    public async Task Lag_IsMeasured()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(5);
        Assert.Equal(5, test.Metrics.Of("mox.store.index.lag")[^1].Value);
        await test.Account.IndexAsync(rebuild: false, default);
        Assert.Equal(0, test.Metrics.Of("mox.store.index.lag")[^1].Value);
        Assert.True(test.Metrics.Of("mox.store.index.size")[^1].Value > 4096);
    }

    // Of all messages; those in the index that may hold the text.
    private static int Count(TestStore test, string needle)
    {
        TextCandidates candidates = test.Account.TextIndex.Find(needle, TextScope.HeaderAndBody)!;
        using MailboxView view = test.Account.OpenViewAsync(test.Inbox.Id, default).AsTask().GetAwaiter().GetResult();
        return view.Current.Count(entry => candidates.MayMatch(entry.MessageId));
    }

    // Of the first shard, whether their message is there or not; -1 while it is being written anew in the background.
    private static int Rows(TestStore test, string needle)
    {
        using var database = new Database(Path.Combine(test.AccountDirectory, "search.db"), readOnly: true, 100);
        IndexShard shard = IndexShard.ReadAll(database)[0];
        TextCandidates candidates = IndexQuery.Run(database, IndexNeedle.Query(needle)!, TextScope.HeaderAndBody);
        return shard.NextTo is not null ? -1 : Enumerable.Range(1, 150).Count(id => candidates.MayMatch(new MessageId(id)) && candidates.CoveredTo >= id);
    }

    private static List<(MessageId, SearchText, IDisposable)> Texts(TestStore test)
    {
        var texts = new List<(MessageId, SearchText, IDisposable)>();
        using MailboxView view = test.Account.OpenViewAsync(test.Inbox.Id, default).AsTask().GetAwaiter().GetResult();
        foreach (MessageEntry entry in view.Current)
        {
            MessageRow row = test.Row(entry.MessageId);
            MessageContent content = test.Account.OpenContent(row)!;
            texts.Add((entry.MessageId, new SearchText(content, MimeTreeCodec.Decode(row.MimeTree).Root), content));
        }

        return texts;
    }
}
