namespace Mox.Store.Tests;

public class ThreadTests
{
    [Fact]
    public async Task Reply_IsBelowItsParent_AndSkippedAncestorsAreMissing()
    {
        await using TestStore test = await TestStore.StartAsync();
        MessageRow root = await AddAsync(test, "a", "Hello");
        MessageRow reply = await AddAsync(test, "b", "Re: Hello", "<a@x>");
        MessageRow late = await AddAsync(test, "d", "RE: Hello", "<a@x> <b@x> <c@x>");
        Assert.Equal(root.ThreadId, reply.ThreadId);
        Assert.Equal(root.Id, reply.ThreadParent);
        Assert.Equal((root.ThreadId, reply.Id), (late.ThreadId, late.ThreadParent!.Value));
        MessageRow other = await AddAsync(test, "e", "Another subject", "<a@x>");
        Assert.NotEqual(root.ThreadId, other.ThreadId);
    }

    [Fact]
    public async Task AncestorThatArrivesLater_TakesItsReplies()
    {
        await using TestStore test = await TestStore.StartAsync();
        MessageRow last = await AddAsync(test, "c", "Re: Hello", "<a@x> <b@x>");
        MessageRow middle = await AddAsync(test, "b", "Re: Hello", "<a@x>");
        last = test.Row(last.Id);
        Assert.Equal(middle.Id, last.ThreadParent);
        MessageRow root = await AddAsync(test, "a", "Hello");
        Assert.Equal(root.Id, test.Row(middle.Id).ThreadParent);
        Assert.Equal(middle.Id, test.Row(last.Id).ThreadParent);
        Assert.Single(new[] { root.Id, middle.Id, last.Id }.Select(id => test.Row(id).ThreadId).Distinct());
    }

    [Fact]
    public async Task SameMessageAgain_HasTheSamePlace()
    {
        await using TestStore test = await TestStore.StartAsync();
        await AddAsync(test, "a", "Hello");
        MessageRow one = await AddAsync(test, "b", "Re: Hello", "<a@x>");
        MessageRow two = await AddAsync(test, "b", "Re: Hello", "<a@x>");
        Assert.Equal((one.ThreadId, one.ThreadParent), (two.ThreadId, two.ThreadParent));
    }

    [Fact]
    public async Task ReplyWithoutIds_GoesBySubject_WithinTheWindow()
    {
        await using TestStore test = await TestStore.StartAsync();
        MessageRow root = await AddAsync(test, "a", "Hello");
        MessageRow reply = await AddAsync(test, "b", "Re: Hello");
        Assert.Equal(root.Id, reply.ThreadParent);
        MessageRow fresh = await AddAsync(test, "c", "Hello");
        Assert.NotEqual(root.ThreadId, fresh.ThreadId);
        test.Time.Advance(TimeSpan.FromDays(29));
        Assert.Null((await AddAsync(test, "d", "Re: Hello")).ThreadParent);
    }

    [Fact]
    public async Task Loops_DoNotClose()
    {
        await using TestStore test = await TestStore.StartAsync();
        await AddAsync(test, "a", "Hello", "<b@x>");
        await AddAsync(test, "b", "Hello", "<c@x>");
        await AddAsync(test, "c", "Hello", "<a@x>");
        await AddAsync(test, "d", "Hello", "<d@x>");
        // The checker proves that no message is above itself.
    }

    [Fact]
    public async Task ErasedParent_LeavesItsRepliesToTheOneAbove()
    {
        await using TestStore test = await TestStore.StartAsync();
        MessageRow root = await AddAsync(test, "a", "Hello");
        MessageRow middle = await AddAsync(test, "b", "Re: Hello", "<a@x>", MessageFlags.Deleted);
        MessageRow last = await AddAsync(test, "c", "Re: Hello", "<b@x>");
        Assert.Equal(middle.Id, last.ThreadParent);
        await test.Account.ExpungeAsync(test.Inbox.Id, null, default);
        await TestStore.EventuallyAsync(() => test.Row(last.Id).ThreadParent == root.Id);
    }

    private static async Task<MessageRow> AddAsync(
        TestStore test, string id, string subject, string? references = null, MessageFlags flags = MessageFlags.None)
    {
        AddedMessage added = await test.AddAsync(
            $"Message-ID: <{id}@x>\r\nSubject: {subject}\r\n{(references is null ? "" : $"References: {references}\r\n")}\r\nx\r\n", flags: flags);
        return test.Row(added.MessageId);
    }
}
