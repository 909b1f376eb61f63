using System.Text;
using Mox.Mime;

namespace Mox.Store.Tests;

public sealed class HeaderTextsTests
{
    private const HeaderTextColumns All = HeaderTextColumns.SentAt | HeaderTextColumns.Subject | HeaderTextColumns.From
        | HeaderTextColumns.To | HeaderTextColumns.Cc | HeaderTextColumns.Bcc;

    [Theory]
    [InlineData(new long[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(new long[] { 8, 7, 6, 5, 4, 3, 2, 1 })]
    [InlineData(new long[] { 1, 3, 5, 8 })]
    [InlineData(new long[] { 5 })]
    [InlineData(new long[] { 99, 1, 2, 3, 4, 5, 6, 98, 97, 96 })]
    [InlineData(new long[] { 3, 3, 3, 3, 3 })]
    [InlineData(new long[] { })]
    public async Task Read_GivesEachInTheOrderAsked(long[] ids)
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(8);
        var texts = new HeaderTexts(All);
        MessageId[] wanted = [.. ids.Select(id => new MessageId(id))];
        Assert.Equal(ids.Length, test.Account.ReadTexts(wanted, texts));
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(ids[i] <= 8, texts.Exists(i));
            if (texts.Exists(i))
            {
                Assert.Null(texts.SentAtSeconds(i));
                Assert.True(texts.Contains(i, HeaderTextColumns.Subject, Utf8($"NUMBER {ids[i]}")));
                Assert.True(texts.Contains(i, HeaderTextColumns.From, Utf8($"A{ids[i]}@")));
                Assert.False(texts.Contains(i, HeaderTextColumns.From, Utf8("NUMBER")));
                Assert.True(texts.Contains(i, HeaderTextColumns.To, "MOX@LOCALHOST"u8));
                Assert.False(texts.Contains(i, HeaderTextColumns.Cc, "M"u8));
                Assert.True(texts.Contains(i, HeaderTextColumns.Bcc, ""u8));
            }
        }
    }

    [Fact]
    public async Task Texts_AreFolded()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync("Subject: Grüße aus Köln\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\nCc: Ünal <u@example.org>\r\n\r\n");
        var texts = new HeaderTexts(HeaderTextColumns.Cc | HeaderTextColumns.Subject | HeaderTextColumns.SentAt);
        Assert.Equal(1, test.Account.ReadTexts(new[] { added.MessageId }, texts));
        Assert.True(texts.Contains(0, HeaderTextColumns.Subject, Utf8(UnicodeCasemap.Fold("KÖLN"))));
        Assert.True(texts.Contains(0, HeaderTextColumns.Subject, Utf8(UnicodeCasemap.Fold("grüße aus köln"))));
        Assert.False(texts.Contains(0, HeaderTextColumns.Subject, "köln"u8));
        Assert.True(texts.Contains(0, HeaderTextColumns.Cc, Utf8(UnicodeCasemap.Fold("ünal <u@"))));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), texts.SentAtSeconds(0));
        Assert.False(texts.MayBeCut(0, HeaderTextColumns.Subject));
    }

    [Fact]
    public async Task LongTexts_StopTheRead_AndMayBeCut()
    {
        await using TestStore test = await TestStore.StartAsync();
        using SpooledMessage spooled = test.Spool($"Subject: {new string('s', 5000)}\r\nFrom: a@b.example\r\n\r\n");
        IReadOnlyList<AddedMessage> added = await test.Account.AddAsync(
            test.Inbox.Id, [.. Enumerable.Repeat(TestStore.New(spooled), 400)], default);
        var texts = new HeaderTexts(HeaderTextColumns.Subject | HeaderTextColumns.From);
        MessageId[] ids = [.. added.Select(a => a.MessageId)];
        int done = 0, reads = 0;
        while (done < ids.Length)
        {
            int read = test.Account.ReadTexts(ids.AsMemory(done), texts);
            Assert.InRange(read, 1, ids.Length - done);
            for (int i = 0; i < read; i++)
            {
                Assert.True(texts.Exists(i));
                Assert.True(texts.MayBeCut(i, HeaderTextColumns.Subject));
                Assert.False(texts.MayBeCut(i, HeaderTextColumns.From));
            }
            done += read;
            reads++;
        }
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task FullBlocks_AreKeptInMemory()
    {
        await using TestStore test = await TestStore.StartAsync();
        using SpooledMessage spooled = test.Spool("Subject: One\r\n\r\n");
        IReadOnlyList<AddedMessage> added = await test.Account.AddAsync(
            test.Inbox.Id, [.. Enumerable.Repeat(TestStore.New(spooled), HeaderTexts.BlockContents + 10)], default);
        Assert.Equal(1, added[0].MessageId.Value);
        HeaderTexts texts = test.Account.ReadTextBlock(HeaderTextColumns.Subject, 0)!;
        Assert.False(texts.Exists(0));
        for (int i = 1; i < HeaderTexts.BlockContents; i++)
        {
            Assert.True(texts.Exists(i) && texts.Contains(i, HeaderTextColumns.Subject, "ONE"u8));
        }

        Assert.Same(texts, test.Account.ReadTextBlock(HeaderTextColumns.Subject, 0));
        Assert.NotSame(texts, test.Account.ReadTextBlock(HeaderTextColumns.Subject | HeaderTextColumns.From, 0));
        // Others will come into it.
        Assert.Null(test.Account.ReadTextBlock(HeaderTextColumns.Subject, 1));
        await test.RestartAsync();
        Assert.NotSame(texts, test.Account.ReadTextBlock(HeaderTextColumns.Subject, 0));
    }

    [Fact]
    public async Task BlockOfLongTexts_IsNotKept()
    {
        await using TestStore test = await TestStore.StartAsync();
        using SpooledMessage spooled = test.Spool($"Subject: {new string('s', 5000)}\r\n\r\n");
        await test.Account.AddAsync(test.Inbox.Id, [.. Enumerable.Repeat(TestStore.New(spooled), HeaderTexts.BlockContents)], default);
        Assert.Null(test.Account.ReadTextBlock(HeaderTextColumns.Subject, 0));
        Assert.NotNull(test.Account.ReadTextBlock(HeaderTextColumns.From, 0));
    }

    [Fact]
    public void Cache_IsBounded_AndDropsWhatWasNotUsedForLongest()
    {
        var one = new HeaderTexts(HeaderTextColumns.Subject);
        var cache = new HeaderTextCache(maxBytes: one.SizeInMemory * 3);
        long account = cache.NewAccount(), other = cache.NewAccount();
        for (int block = 0; block < 3; block++)
        {
            cache.Add(account, block, new HeaderTexts(HeaderTextColumns.Subject));
        }

        Assert.NotNull(cache.Find(account, HeaderTextColumns.Subject, 0));
        cache.Add(other, 0, one);
        cache.Add(other, 0, new HeaderTexts(HeaderTextColumns.Subject));
        Assert.Same(one, cache.Find(other, HeaderTextColumns.Subject, 0));
        Assert.Null(cache.Find(account, HeaderTextColumns.Subject, 1));
        Assert.NotNull(cache.Find(account, HeaderTextColumns.Subject, 0));
        Assert.NotNull(cache.Find(account, HeaderTextColumns.Subject, 2));
        Assert.Equal(one.SizeInMemory * 3, cache.Bytes);
        cache.Forget(account);
        Assert.Null(cache.Find(account, HeaderTextColumns.Subject, 0));
        Assert.Equal(one.SizeInMemory, cache.Bytes);
        cache.Forget(other);
        Assert.Equal(0, cache.Bytes);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
