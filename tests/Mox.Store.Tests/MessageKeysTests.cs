using System.Text;

namespace Mox.Store.Tests;

public sealed class MessageKeysTests
{
    private static readonly string[] Odd =
    [
        "From: Ann =?utf-8?q?=C3=84rger?= <Ann@Example.org>\r\nTo: undisclosed:;\r\nCc: <c@x>, d@y\r\nSubject: Re: [list] =?utf-8?q?gr=C3=BC=C3=9Fe?= (fwd)\r\n"
            + "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\nMessage-ID: <\"quoted\"@h>\r\nReferences: <a@b> junk <c@d>\r\n <e@f>\r\n\r\nx\r\n",
        "Subject: \r\nIn-Reply-To: your message <one@h> and <two@h>\r\nDate: 21 Nov 1997\r\n\r\n",
        "\r\nno header at all",
        "From: \"\" <only@address.example>\r\nTo: =?utf-8?b?44GC?= <t@h>\r\nDate: nonsense\r\nReferences: none\r\nMessage-ID: <>\r\n\r\n",
    ];

    [Fact]
    public async Task Keys_MadeAtDelivery_AreThoseOfTheHeader()
    {
        await using TestStore test = await TestStore.StartAsync();
        List<MessageId> ids = await AddAllAsync(test);
        long[] dates = await test.Account.Keys.ReadDatesAsync(ids, default);
        Assert.Equal(new[] { 880127706, 880070400, MessageKeys.NoDate, MessageKeys.NoDate }, dates);
        Assert.Equal(["ANN", "", "", "ONLY"], await TextsAsync(test, ids, SortText.From));
        Assert.Equal(["UNDISCLOSED", "", "", "T"], await TextsAsync(test, ids, SortText.To));
        Assert.Equal(["C", "", "", ""], await TextsAsync(test, ids, SortText.Cc));
        Assert.Equal(["ANN A\u0308RGER", "", "", "ONLY@ADDRESS.EXAMPLE"], await TextsAsync(test, ids, SortText.DisplayFrom));
        Assert.Equal(["UNDISCLOSED", "", "", "\u3042"], await TextsAsync(test, ids, SortText.DisplayTo));
        Assert.Equal(["GRU\u0308\u00dfE", "", "", ""], await TextsAsync(test, ids, SortText.Subject));
        ThreadKeys threads = await test.Account.Keys.ReadThreadKeysAsync(ids, default);
        Assert.Equal(dates, threads.Dates);
        Assert.Equal([true, false, false, false], threads.AreReplies);
        Assert.Equal([3, 1, 0, 0], Enumerable.Range(0, 4).Select(i => threads.References(i).Length));
        Assert.Equal([false, true, true, true], threads.Ids.Select(id => id == 0));
        Assert.Equal([false, true, true, true], threads.Subjects.Select(id => id == 0));
    }

    [Fact]
    public async Task Keys_OfRowsThatCameBeforeThem_AreMadeWhenAskedFor_AndFilledInTheBackground()
    {
        await using TestStore test = await TestStore.StartAsync();
        List<MessageId> ids = await AddAllAsync(test);
        for (int i = 0; i < 120; i++)
        {
            await test.AddAsync(TestStore.Text(i));
        }

        string before = await DumpAsync(test, ids);
        string rows = Rows(test);
        await test.Account.WriteAsync(
            context =>
            {
                context.Database.Run("INSERT INTO PendingKeys SELECT Id FROM Contents");
                context.Database.Run("DELETE FROM ContentKeys");
                return true;
            },
            default);
        Assert.Equal("", Rows(test));
        Assert.Equal(before, await DumpAsync(test, ids));

        await test.RestartAsync();
        await TestStore.EventuallyAsync(() => test.Account.Read(db => db.ReadInt64("SELECT COUNT(*) FROM PendingKeys")) == 0);
        Assert.Equal(rows, Rows(test));
    }

    [Fact]
    public async Task Keys_OfContentsInAnyOrderAndTwice_StandInTheirPlaces()
    {
        await using TestStore test = await TestStore.StartAsync();
        var ids = new List<MessageId>();
        for (int i = 0; i < 60; i++)
        {
            ids.Add((await test.AddAsync(TestStore.Text(i))).MessageId);
        }

        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            List<int> wanted = [.. Enumerable.Range(0, random.Next(1, 90)).Select(_ => random.Next(60))];
            string[] subjects = await TextsAsync(test, [.. wanted.Select(i => ids[i])], SortText.Subject);
            Assert.Equal(wanted.Select(i => $"NUMBER {i}"), subjects);
        }
    }

    [Fact]
    public async Task Keys_OfAnErasedMessage_AreNone()
    {
        await using TestStore test = await TestStore.StartAsync();
        AddedMessage added = await test.AddAsync(TestStore.Text(1), flags: MessageFlags.Deleted);
        await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        await TestStore.EventuallyAsync(() => test.Account.Read(db => db.ReadInt64("SELECT COUNT(*) FROM ContentKeys")) == 0);
        Assert.Equal([""], await TextsAsync(test, [added.MessageId], SortText.Subject));
        Assert.Equal(MessageKeys.NoDate, Assert.Single(await test.Account.Keys.ReadDatesAsync([added.MessageId], default)));
    }

    [Fact]
    public async Task Keys_ReadWhenCancelled_StopBetweenBatches()
    {
        await using TestStore test = await TestStore.StartAsync();
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => test.Account.Keys.ReadDatesAsync([new MessageId(1)], source.Token));
    }

    private static async Task<List<MessageId>> AddAllAsync(TestStore test)
    {
        var ids = new List<MessageId>();
        foreach (string text in Odd)
        {
            ids.Add((await test.AddAsync(text)).MessageId);
        }

        return ids;
    }

    private static async Task<string[]> TextsAsync(TestStore test, List<MessageId> ids, SortText key)
    {
        SortTexts texts = await test.Account.Keys.ReadTextsAsync(ids, key, default);
        return [.. Enumerable.Range(0, texts.Count).Select(i => Encoding.UTF8.GetString(texts[i]))];
    }

    private static async Task<string> DumpAsync(TestStore test, List<MessageId> ids)
    {
        var all = new List<string> { string.Join(' ', await test.Account.Keys.ReadDatesAsync(ids, default)) };
        foreach (SortText key in Enum.GetValues<SortText>())
        {
            all.Add(string.Join('|', await TextsAsync(test, ids, key)));
        }

        ThreadKeys threads = await test.Account.Keys.ReadThreadKeysAsync(ids, default);
        all.AddRange(Enumerable.Range(0, ids.Count).Select(i =>
            $"{threads.Dates[i]} {threads.Ids[i]} {threads.Subjects[i]} {threads.AreReplies[i]} {string.Join(',', threads.References(i).ToArray())}"));
        return string.Join('\n', all);
    }

    private static string Rows(TestStore test) => test.Account.Read(database =>
    {
        var rows = new List<string>();
        using var read = new Statement(
            database,
            "SELECT ContentId, SentAt, hex(ThreadKeys), FromKey, ToKey, CcKey, DisplayFromKey, DisplayToKey, SubjectKey FROM ContentKeys ORDER BY 1");
        while (read.Step())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, 9).Select(read.Text)));
        }

        return string.Join('\n', rows);
    });
}
