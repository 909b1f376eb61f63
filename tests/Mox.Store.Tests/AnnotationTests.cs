using System.Text;

namespace Mox.Store.Tests;

public class AnnotationTests
{
    [Fact]
    public async Task Set_Read_Remove()
    {
        await using TestStore test = await TestStore.StartAsync();
        MailboxId inbox = test.Inbox.Id;
        ModSeq first = await SetAsync(test, inbox, ("/private/comment", "mine"), ("/Shared/Comment", "ours"));
        await SetAsync(test, null, ("/shared/admin", "mailto:postmaster@example"));
        Assert.Equal("/private/comment=mine /shared/comment=ours", Show(test, inbox));
        Assert.Equal("/shared/admin=mailto:postmaster@example", Show(test, null));
        Assert.Equal(3, test.Account.ReadAllAnnotations().Count);

        ModSeq second = await SetAsync(test, inbox, ("/private/comment", null), ("/shared/comment", "all of ours"), ("/shared/none", null));
        Assert.True(second > first);
        Assert.Equal("/shared/comment=all of ours", Show(test, inbox));
    }

    [Fact]
    public async Task Changes_AreTold_OfWhatChanged()
    {
        await using TestStore test = await TestStore.StartAsync();
        using ChangeFeed feed = test.Account.Subscribe();
        await SetAsync(test, test.Inbox.Id, ("/private/a", "1"), ("/private/b", "2"));
        await SetAsync(test, test.Inbox.Id, ("/private/a", "1"), ("/private/b", "3"), ("/private/c", null));
        await SetAsync(test, test.Inbox.Id, ("/private/a", "1"));
        await SetAsync(test, null, ("/private/a", "1"));
        // When another write is done, the changes of those before it have been told.
        await test.Account.SetSubscribedAsync(MailboxName.Inbox, true, default);
        var told = new List<string>();
        while (feed.TryRead(out Change? change))
        {
            var annotations = Assert.IsType<ChangeAnnotations>(change);
            told.Add($"{annotations.MailboxId}: {string.Join(' ', annotations.Entries)}");
        }

        Assert.Equal([$"{test.Inbox.Id}: /private/a /private/b", $"{test.Inbox.Id}: /private/b", ": /private/a"], told);
    }

    [Fact]
    public async Task MailboxRenamedDeletedAndInboxRenamed_EntriesFollow()
    {
        await using TestStore test = await TestStore.StartAsync();
        Mailbox work = await test.Account.CreateMailboxAsync(MailboxName.Parse("Work"), SpecialUse.None, default);
        await SetAsync(test, work.Id, ("/private/a", "1"));
        await test.Account.RenameMailboxAsync(work.Id, MailboxName.Parse("Play"), default);
        Assert.Equal("/private/a=1", Show(test, work.Id));
        await test.Account.DeleteMailboxAsync(work.Id, default);
        Assert.Empty(test.Account.ReadAllAnnotations());

        await SetAsync(test, test.Inbox.Id, ("/private/b", "2"), ("/shared/c", ""));
        await test.Account.RenameMailboxAsync(test.Inbox.Id, MailboxName.Parse("Old"), default);
        Assert.Equal("/private/b=2 /shared/c=", Show(test, test.Mailbox("Old").Id));
        Assert.Equal("/private/b=2 /shared/c=", Show(test, test.Inbox.Id));
        await Assert.ThrowsAsync<MailboxNotFoundException>(() => SetAsync(test, work.Id, ("/private/a", "1")));
    }

    [Fact]
    public async Task Limits_AreOfTheWholeAccount_AndNothingIsChangedPastThem()
    {
        await using TestStore test = await TestStore.StartAsync(options => With(options, 3, 100));
        await SetAsync(test, test.Inbox.Id, ("/private/a", "1"), ("/private/b", "2"));
        await SetAsync(test, null, ("/private/a", "1"));
        await Assert.ThrowsAsync<TooManyAnnotationsException>(() => SetAsync(test, null, ("/private/a", "changed"), ("/private/b", "2")));
        Assert.Equal("/private/a=1", Show(test, null));

        // One goes, one comes: that fits.
        await SetAsync(test, null, ("/private/b", "2"), ("/private/a", null));
        var e = await Assert.ThrowsAsync<AnnotationsTooLargeException>(() => SetAsync(test, null, ("/private/b", new string('x', 99))));
        Assert.Equal(98, e.MaxBytes);
        await SetAsync(test, null, ("/private/b", new string('x', 98)));
        await Assert.ThrowsAsync<TooManyAnnotationsException>(() => test.Account.RenameMailboxAsync(test.Inbox.Id, MailboxName.Parse("Old"), default));
        Assert.False(test.Account.Mailboxes.TryFind(MailboxName.Parse("Old"), out _));
    }

    [Fact]
    public async Task Checker_AnnotationOfNoMailbox_IsAProblem()
    {
        await using TestStore test = await TestStore.StartAsync();
        test.ChecksAtEnd = false;
        await test.CloseAsync();
        using (var database = new Database(Path.Combine(test.AccountDirectory, "account.db"), readOnly: false, 1000))
        {
            database.Run("INSERT INTO Annotations VALUES (99, '/private/a', x'41', 1), (0, '/Private/b', x'41', 1), (0, '/private/c', x'41', 999999)");
        }

        var problems = await ConsistencyChecker.CheckAccountAsync(test.AccountDirectory, default);
        Assert.Equal(3, problems.Count);
    }

    [Theory]
    [InlineData("/private/comment", true)]
    [InlineData("/PRIVATE/Vendor/x y/[z]", true)]
    [InlineData("/shared/a", true)]
    [InlineData("/shared", false)]
    [InlineData("/shared/", false)]
    [InlineData("/other/a", false)]
    [InlineData("private/a", false)]
    [InlineData("", false)]
    [InlineData("/private/a//b", false)]
    [InlineData("/private/a/", false)]
    [InlineData("/private/a*", false)]
    [InlineData("/private/%", false)]
    [InlineData("/private/\u00fc", false)]
    [InlineData("/private/\t", false)]
    public void Entry_TryParse(string text, bool valid)
    {
        Assert.Equal(valid, AnnotationEntry.TryParse(text, out AnnotationEntry entry, out string? problem));
        Assert.Equal(valid, problem is null);
        Assert.Equal(valid ? text.ToLowerInvariant() : "", entry.Value);
    }

    private static StoreOptions With(StoreOptions options, int count, long bytes) => new()
    {
        DataDirectory = options.DataDirectory,
        ScramIterations = options.ScramIterations,
        FileThreads = options.FileThreads,
        MaxAnnotations = count,
        MaxAnnotationBytes = bytes,
    };

    private static Task<ModSeq> SetAsync(TestStore test, MailboxId? mailbox, params (string Entry, string? Value)[] values) =>
        test.Account.SetAnnotationsAsync(
            mailbox,
            [.. values.Select(v => (AnnotationEntry.Parse(v.Entry), v.Value is null ? null : Encoding.UTF8.GetBytes(v.Value)))],
            default);

    private static string Show(TestStore test, MailboxId? mailbox) =>
        string.Join(' ', test.Account.ReadAnnotations(mailbox).Select(a => $"{a.Entry}={Encoding.UTF8.GetString(a.Value)}"));
}
