namespace Mox.Store.Tests;

public class AccountTests
{
    [Fact]
    public async Task NewAccount_HasDefaultMailboxes_Subscribed()
    {
        await using TestStore test = await TestStore.StartAsync();
        Assert.Equal(["Archive", "Drafts", "Inbox", "Junk", "Sent", "Trash"], test.Account.Mailboxes.All.Select(m => m.Name.Value));
        Assert.Equal(SpecialUse.Junk, test.Mailbox("Junk").SpecialUse);
        Assert.Equal(6, test.Account.Mailboxes.Subscriptions.Count);
    }

    [Fact]
    public async Task Add_ThenRestart_IsThereByteForByte()
    {
        await using TestStore test = await TestStore.StartAsync();
        string text = TestStore.Text(1);
        using (SpooledMessage spooled = test.Spool(text))
        {
            await test.Account.DeliverAsync(
                MailboxName.Inbox,
                new NewMessage { Content = spooled, Prefix = "Return-Path: <x@example.org>\r\n"u8.ToArray(), MailFrom = "x@example.org", RemoteIp = "10.0.0.1" },
                default);
        }

        await test.RestartAsync();
        using MailboxView view = await test.Account.OpenViewAsync(test.Inbox.Id, default);
        MessageEntry entry = Assert.Single(view.Current);
        Assert.Equal("Return-Path: <x@example.org>\r\n" + text, test.Content(entry.MessageId));
        Assert.Equal(entry.SizeBytes, test.Content(entry.MessageId)!.Length);
        MessageRow row = test.Row(entry.MessageId);
        Assert.Equal("number 1", row.Subject);
        Assert.Equal("x@example.org", row.MailFrom);
        Assert.Equal(test.Time.GetUtcNow(), row.ReceivedAt);
        Assert.Equal(1, test.Inbox.Counts.Unseen);
        Assert.Equal(new Uid(2), test.Inbox.UidNext);
    }
}
