namespace Mox.Store.Tests;

public class MailboxTests
{
    [Fact]
    public async Task Create_MakesParents_SubscribesAll_AndTakesTheRole()
    {
        await using TestStore test = await TestStore.StartAsync();
        using ChangeFeed feed = test.Account.Subscribe();
        Mailbox made = await test.Account.CreateMailboxAsync(MailboxName.Parse("a/b/c"), SpecialUse.Junk, default);
        Assert.True(test.Account.Mailboxes.IsSubscribed(MailboxName.Parse("a/b")));
        Assert.True(test.Account.Mailboxes.HasChildren(MailboxName.Parse("a")));
        Assert.False(test.Account.Mailboxes.HasChildren(made.Name));
        Assert.Equal(SpecialUse.None, test.Mailbox("Junk").SpecialUse);
        Assert.Equal(made.Id, test.Account.Mailboxes.WithSpecialUse(SpecialUse.Junk)!.Id);
        Assert.Equal(["a", "a/b", "a/b/c"], Read(feed).OfType<ChangeMailboxAdd>().Select(c => c.Mailbox.Name.Value));
        await Assert.ThrowsAsync<MailboxExistsException>(() => test.Account.CreateMailboxAsync(made.Name, SpecialUse.None, default));
    }

    [Fact]
    public async Task Delete_OnlyLeaves_AndTheNameGetsAHigherUidValidity()
    {
        await using TestStore test = await TestStore.StartAsync();
        Mailbox child = await test.Account.CreateMailboxAsync(MailboxName.Parse("a/b"), SpecialUse.None, default);
        await test.AddAsync(TestStore.Text(1), "a/b");
        await Assert.ThrowsAsync<MailboxHasChildrenException>(() => test.Account.DeleteMailboxAsync(test.Mailbox("a").Id, default));
        await Assert.ThrowsAsync<InvalidChangeException>(() => test.Account.DeleteMailboxAsync(test.Inbox.Id, default));
        MailboxView view = await test.Account.OpenViewAsync(child.Id, default);
        await test.Account.DeleteMailboxAsync(child.Id, default);
        Assert.True(view.IsGone);
        Assert.Equal(TestStore.Text(1), test.Content(view.Told[0].MessageId));
        view.Dispose();
        await TestStore.EventuallyAsync(() => test.Files().Length == 0);
        await Assert.ThrowsAsync<MailboxNotFoundException>(() => test.Account.DeleteMailboxAsync(child.Id, default));
        Mailbox again = await test.Account.CreateMailboxAsync(child.Name, SpecialUse.None, default);
        Assert.True(again.UidValidity.Value > child.UidValidity.Value);
        Assert.NotEqual(child.Id, again.Id);
    }

    [Fact]
    public async Task Rename_TakesTheSubtree_AndMakesParents()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.Account.CreateMailboxAsync(MailboxName.Parse("a/b"), SpecialUse.None, default);
        await test.AddAsync(TestStore.Text(1), "a/b");
        Mailbox a = test.Mailbox("a");
        await Assert.ThrowsAsync<InvalidChangeException>(() => test.Account.RenameMailboxAsync(a.Id, MailboxName.Parse("a/x"), default));
        await Assert.ThrowsAsync<MailboxExistsException>(() => test.Account.RenameMailboxAsync(a.Id, MailboxName.Parse("Sent"), default));
        await test.Account.RenameMailboxAsync(a.Id, MailboxName.Parse("x/y"), default);
        Assert.Equal(a.Id, test.Mailbox("x/y").Id);
        Assert.Equal(1, test.Mailbox("x/y/b").Counts.Messages);
        Assert.True(test.Account.Mailboxes.IsSubscribed(MailboxName.Parse("x/y/b")));
        Assert.False(test.Account.Mailboxes.TryFind(MailboxName.Parse("a"), out _));
        await test.RestartAsync();
        Assert.Equal(1, test.Mailbox("x/y/b").Counts.Messages);
    }

    [Fact]
    public async Task RenameInbox_MovesItsMessages_AndItStays()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(2);
        await test.Account.RenameMailboxAsync(test.Inbox.Id, MailboxName.Parse("Old"), default);
        Assert.Equal(0, test.Inbox.Counts.Messages);
        Assert.Equal(2, test.Mailbox("Old").Counts.Messages);
        Assert.Equal(new Uid(3), test.Inbox.UidNext);
    }

    [Fact]
    public async Task TooManyMailboxes_IsRefused()
    {
        await using TestStore test = await TestStore.StartAsync(o => new StoreOptions { DataDirectory = o.DataDirectory, MaxMailboxes = 8 });
        await test.Account.CreateMailboxAsync(MailboxName.Parse("7"), SpecialUse.None, default);
        await Assert.ThrowsAsync<InvalidChangeException>(() => test.Account.CreateMailboxAsync(MailboxName.Parse("8/9"), SpecialUse.None, default));
        Assert.Equal(7, test.Account.Mailboxes.All.Count);
    }

    [Fact]
    public async Task Feed_GetsChangesInOrder_AndOverflowsWithoutBlocking()
    {
        await using TestStore test = await TestStore.StartAsync();
        using ChangeFeed feed = test.Account.Subscribe();
        using ChangeFeed small = test.Account.Subscribe(2);
        await test.AddManyAsync(3);
        await TestStore.EventuallyAsync(() => small.Overflowed);
        Change[] changes = Read(feed);
        Assert.Equal([1u, 2u, 3u], changes.OfType<ChangeAddUid>().Select(c => c.Uid.Value));
        Assert.Equal(3, Assert.Single(changes.OfType<ChangeMailboxCounts>()).Mailbox.Counts.Messages);
        small.Restart();
        Assert.False(small.Overflowed);
        await test.Account.SetSubscribedAsync(MailboxName.Parse("new"), true, default);
        Assert.True(await small.WaitAsync(default));
        Assert.IsType<ChangeSubscription>(Assert.Single(Read(small)));
    }

    [Fact]
    public async Task Feed_WithWeights_CountsThem()
    {
        await using TestStore test = await TestStore.StartAsync();
        using ChangeFeed feed = test.Account.Subscribe(3, c => c is ChangeAnnotations annotations ? annotations.Entries.Count : 0);
        using ChangeFeed all = test.Account.Subscribe();
        await SetAsync("/private/a", "/private/b");
        await test.Account.SetSubscribedAsync(MailboxName.Parse("new"), true, default);
        await SetAsync("/private/c");
        await TestStore.EventuallyAsync(() => Read(all).OfType<ChangeAnnotations>().Any(c => c.Entries[0].Value == "/private/c"));
        Assert.False(feed.Overflowed);
        Assert.Equal(2, Read(feed).Length);
        await SetAsync("/private/d", "/private/e");
        await SetAsync("/private/f", "/private/g");
        await TestStore.EventuallyAsync(() => feed.Overflowed);
        Assert.Single(Read(feed));

        Task SetAsync(params string[] entries) => test.Account.SetAnnotationsAsync(
            null, [.. entries.Select(e => (AnnotationEntry.Parse(e), (byte[]?)[1]))], default);
    }

    [Theory]
    [InlineData("inbox", "Inbox")]
    [InlineData("INBOX/x", "Inbox/x")]
    [InlineData("a/inbox", "a/inbox")]
    [InlineData("Grüße/%&*", "Grüße/%&*")]
    public void Name_Valid_IsNormalised(string text, string expected) => Assert.Equal(expected, MailboxName.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("#news")]
    [InlineData("a\nb")]
    [InlineData("a\u0085")]
    [InlineData("a\u2028b")]
    [InlineData("u\u0308")]
    [InlineData("a\0")]
    public void Name_Invalid_IsRefusedWithAReason(string text)
    {
        Assert.False(MailboxName.TryParse(text, out _, out string? problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Name_LoneSurrogate_IsRefused() => Assert.False(MailboxName.TryParse("a\ud800", out _, out _));

    [Fact]
    public void Name_TenThousandLevels_IsRefused() =>
        Assert.False(MailboxName.TryParse(string.Join('/', Enumerable.Repeat("a", 10_000)), out _, out _));

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("(x")]
    [InlineData("\\Seen")]
    [InlineData("é")]
    public void Keyword_Invalid_IsRefused(string keyword) => Assert.Throws<ArgumentException>(() => KeywordSet.Of(keyword));

    private static Change[] Read(ChangeFeed feed)
    {
        var changes = new List<Change>();
        // Published right after the callers were told.
        for (int i = 0; i < 100 && changes.Count == 0; i++)
        {
            SpinWait.SpinUntil(() => false, 5);
            while (feed.TryRead(out Change? change))
            {
                changes.Add(change);
            }
        }

        return [.. changes];
    }
}
