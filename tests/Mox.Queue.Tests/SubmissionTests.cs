using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;

namespace Mox.Queue.Tests;

public class SubmissionTests
{
    [Theory]
    [InlineData("alice@example.org", 250)]
    [InlineData("alice+shop@example.org", 250)]
    [InlineData("ALICE@example.org", 250)]
    [InlineData("team@example.org", 250)]
    [InlineData("closed@example.org", 550)]
    [InlineData("bob@example.org", 550)]
    [InlineData("alice@example.net", 550)]
    [InlineData("nobody@example.org", 550)]
    public async Task From_MustBeOfTheAccount_InPathAndHeader(string from, int code)
    {
        await using TestQueue test = await TestQueue.StartAsync();
        SubmitResult header = await test.SubmitAsync(TestQueue.Text(1, from), to: "x@example.net");
        Assert.Equal(code, header.Reply.Code);
        SubmitResult path = await test.SubmitAsync(TestQueue.Text(2), from, to: "x@example.net");
        Assert.Equal(code, path.Reply.Code);
        Assert.Equal(code, test.Submitter.CheckReversePath("alice", TestQueue.From(from))?.Code ?? 250);
        if (code == 550)
        {
            Assert.Equal(new EnhancedStatus(5, 7, 1), path.Reply.Status);
            Assert.Contains(from, path.Reply.Text, StringComparison.Ordinal);
            Assert.Contains("reverse-path", path.Reply.Text, StringComparison.Ordinal);
            Assert.Contains("From field", header.Reply.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("no header at all", 554)]
    [InlineData("Subject: x\r\n\r\nno From\r\n", 550)]
    [InlineData("From: <alice@example.org>\r\nFrom: <alice@example.org>\r\n\r\n", 550)]
    [InlineData("From: <alice@example.org>, <bob@example.org>\r\n\r\n", 550)]
    [InlineData("From: nonsense\r\n\r\n", 550)]
    [InlineData("From: <alice@example.org>\r\nSender: <bob@example.org>\r\n\r\n", 550)]
    [InlineData("From: <alice@example.org>\r\nResent-From: <bob@example.org>\r\n\r\n", 550)]
    [InlineData("From: <alice@example.org>\r\nSender: <team@example.org>\r\n\r\n", 250)]
    [InlineData("From: <alice@example.org>\r\nX: a\rBcc: x\r\n\r\n", 554)]
    [InlineData("From: <alice@example.org>\r\nX: a\nY: b\r\n\r\n", 554)]
    [InlineData("From: <alice@example.org>\r\n\r\na\0b\r\n", 554)]
    public async Task Header_IsChecked(string text, int code)
    {
        await using TestQueue test = await TestQueue.StartAsync();
        Assert.Equal(code, (await test.SubmitAsync(text, to: "x@example.net")).Reply.Code);
        await test.EmptyAsync();
        Assert.Equal(code == 250 ? 1 : 0, test.Transport.Jobs.Count);
    }

    [Fact]
    public async Task MissingFields_AreAdded_OthersAreLeft()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        await test.SubmitAsync("From: <alice@example.org>\r\nBcc: <z@example.net>\r\n\r\nHello\r\n", to: "x@example.net");
        await test.EmptyAsync();
        string sent = Assert.Single(test.Transport.Contents);
        Assert.Matches(@"^Received: from here\r\nMessage-Id: <[0-9a-f]{32}@mx\.example\.org>\r\nDate: Mon, 5 Jan 2026 12:00:00 \+0000\r\nFrom: ", sent);
        await test.SubmitAsync(TestQueue.Text(7), to: "x@example.net");
        await test.EmptyAsync();
        Assert.Equal("Received: from here\r\n" + TestQueue.Text(7), test.Transport.Contents.Last());
    }

    [Theory]
    [InlineData("multipart/report; report-type=delivery-status; boundary=b", 250)]
    [InlineData("multipart/report; report-type=disposition-notification; boundary=b", 250)]
    [InlineData("multipart/mixed; boundary=b", 550)]
    [InlineData("text/plain", 550)]
    public async Task NullPath_IsForReportsOnly(string contentType, int code)
    {
        await using TestQueue test = await TestQueue.StartAsync();
        string text = TestQueue.Text(1, extra: $"MIME-Version: 1.0\r\nContent-Type: {contentType}\r\n")
            + "--b\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n--b--\r\n";
        Assert.Equal(code, (await test.SubmitAsync(text, from: "", to: "x@example.net")).Reply.Code);
    }

    [Fact]
    public async Task DisabledDomain_Gets451_AndItsQueuedMailWaits_WithoutBouncing()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(1, "alice@paused.example"), "alice@paused.example", to: "x@example.net")).Reply.Code);
        DateTimeOffset expires = (await test.ListAsync())[0].ExpiresAt;
        Disable(test, true);
        Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(2, "alice@paused.example"), "alice@paused.example", to: "x@example.net")).Reply.Code);
        test.StartRunner();
        for (int i = 0; i < 5; i++)
        {
            await TestQueue.EventuallyAsync(async () => (await test.ListAsync())[0].NextAttemptAt > test.Time.GetUtcNow());
            test.Time.Advance(TimeSpan.FromMinutes(11));
        }

        Assert.Empty(test.Transport.Jobs);
        await TestQueue.EventuallyAsync(async () => (await test.ListAsync())[0].ExpiresAt >= expires + TimeSpan.FromMinutes(40));
        Disable(test, false);
        test.Time.Advance(TimeSpan.FromMinutes(11));
        await test.EmptyAsync();
        Assert.Single(test.Transport.Jobs);
    }

    [Fact]
    public async Task Limits_AreCountedByRecipient_ForADay_AndNamed()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        SetLimits(test, 5, 2);
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(1), to: ["a@example.net", "b@example.net"])).Reply.Code);
        SubmitResult newOne = await test.SubmitAsync(TestQueue.Text(2), to: ["a@example.net", "c@example.net"]);
        Assert.Equal((451, new EnhancedStatus(4, 7, 1)), (newOne.Reply.Code, newOne.Reply.Status!.Value));
        Assert.Contains("MaxFirstTimeRecipientsPerDay", newOne.Reply.Text, StringComparison.Ordinal);
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(3), to: ["a@example.net", "b@example.net"])).Reply.Code);
        SubmitResult tooMany = await test.SubmitAsync(TestQueue.Text(4), to: ["a@example.net", "b@example.net"]);
        Assert.Contains("MaxOutgoingMessagesPerDay", tooMany.Reply.Text, StringComparison.Ordinal);
        await test.RestartAsync();
        Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(5), to: ["a@example.net", "b@example.net"])).Reply.Code);
        test.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(6), to: ["a@example.net", "c@example.net"])).Reply.Code);
        await test.EmptyAsync();
    }

    private static void Disable(TestQueue test, bool isDisabled)
    {
        MoxConfig config = test.Live.Current;
        Domain name = Domain.Parse("paused.example");
        test.Live.Replace(config with { Domains = config.Domains.SetItem(name, config.Domains[name] with { Disabled = isDisabled }) });
    }

    private static void SetLimits(TestQueue test, int recipients, int first)
    {
        MoxConfig config = test.Live.Current;
        AccountConfig alice = config.Accounts["alice"] with { MaxOutgoingMessagesPerDay = recipients, MaxFirstTimeRecipientsPerDay = first };
        test.Live.Replace(config with { Accounts = config.Accounts.SetItem("alice", alice) });
    }
}
