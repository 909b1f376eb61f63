using Mox.Smtp;

namespace Mox.Queue.Tests;

public class ReportTests
{
    [Fact]
    public async Task Delay_IsToldOnce_AfterFourHours_WithTheTrueEnd()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Temporary;
        await test.AddAsync(1, "x@example.net");
        for (int i = 0; i < 8; i++)
        {
            await test.SettledAsync();
            Assert.Empty(await test.InboxAsync("alice"));
            test.Time.Advance(TimeSpan.FromMinutes(29.9));
        }

        test.Time.Advance(TimeSpan.FromMinutes(1));
        await TestQueue.EventuallyAsync(async () => (await test.InboxAsync("alice")).Length == 1);
        string report = (await test.InboxAsync("alice"))[0];
        Assert.Contains("Action: delayed\r\nStatus: 4.3.0\r\n", report, StringComparison.Ordinal);
        Assert.Contains("Will-Retry-Until: Sat, 10 Jan 2026 12:00:00 +0000\r\n", report, StringComparison.Ordinal);
        for (int i = 0; i < 10; i++)
        {
            await test.SettledAsync();
            test.Time.Advance(TimeSpan.FromHours(2));
        }

        await test.SettledAsync();
        Assert.Single(await test.InboxAsync("alice"));
    }

    [Fact]
    public async Task Lifetime_Ends_InAFailure()
    {
        await using TestQueue test = await TestQueue.StartAsync(o => o with { DelayNotice = TimeSpan.Zero });
        test.Transport.Outcome = (_, _) => FakeTransport.Temporary;
        await test.AddAsync(1, "x@example.net");
        for (int i = 0; i < 30; i++)
        {
            await test.SettledAsync();
            test.Time.Advance(TimeSpan.FromHours(8.1));
        }

        await test.EmptyAsync();
        string report = Assert.Single(await test.InboxAsync("alice"));
        Assert.Contains("Action: failed\r\nStatus: 5.4.7\r\n", report, StringComparison.Ordinal);
        Assert.InRange(test.Transport.Jobs.Count, 12, 22);
    }

    [Theory]
    [InlineData("SUCCESS", OutcomeKind.Delivered, "delivered")]
    [InlineData("SUCCESS", OutcomeKind.Relayed, "relayed")]
    [InlineData("SUCCESS", OutcomeKind.HandedOn, null)]
    [InlineData("SUCCESS", OutcomeKind.Permanent, null)]
    [InlineData("FAILURE", OutcomeKind.Permanent, "failed")]
    [InlineData("FAILURE", OutcomeKind.Relayed, null)]
    [InlineData("NEVER", OutcomeKind.Permanent, null)]
    [InlineData("", OutcomeKind.Permanent, "failed")]
    [InlineData("", OutcomeKind.Delivered, null)]
    public async Task Notify_IsHonoured(string notify, OutcomeKind outcome, string? action)
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Relayed with { Kind = outcome };
        DsnNotify? wish = notify switch { "SUCCESS" => DsnNotify.Success, "FAILURE" => DsnNotify.Failure, "NEVER" => DsnNotify.Never, _ => null };
        await test.AddAsync(1, [TestQueue.To("x@example.net", wish) with { OriginalRecipient = new OriginalRecipient("rfc822", "first@example.com") }], new DsnRequest(null, "my id"));
        await test.EmptyAsync();
        string[] reports = await test.InboxAsync("alice");
        Assert.Equal(action is null ? 0 : 1, reports.Length);
        if (action is not null)
        {
            Assert.Contains($"Action: {action}\r\n", reports[0], StringComparison.Ordinal);
            Assert.Contains("Original-Envelope-Id: my id\r\n", reports[0], StringComparison.Ordinal);
            Assert.Contains("Original-Recipient: rfc822;first@example.com\r\n", reports[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(DsnReturn.Full, true)]
    [InlineData(DsnReturn.Headers, false)]
    [InlineData(null, false)]
    public async Task Ret_SaysHowMuchComesBack(DsnReturn? ret, bool hasBody)
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Permanent;
        await test.AddAsync(1, [TestQueue.To("x@example.net")], new DsnRequest(ret, null));
        await test.EmptyAsync();
        string report = Assert.Single(await test.InboxAsync("alice"));
        Assert.Contains("Subject: number 1\r\n", report, StringComparison.Ordinal);
        Assert.Equal(hasBody, report.Contains("Hello 1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NullPath_IsNeverReported()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Permanent;
        await test.AddAsync(1, [TestQueue.To("x@example.net", DsnNotify.Success | DsnNotify.Failure)], from: "");
        await test.EmptyAsync();
        Assert.Empty(await test.InboxAsync("alice"));
        Assert.Empty(await test.InboxAsync("mox"));
    }

    [Fact]
    public async Task AccountThatIsGone_LeavesTheReportToThePostmaster()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net");
        test.Transport.Outcome = (_, _) => FakeTransport.Permanent;
        await test.CloseAsync();
        Directory.Delete(Path.Combine(test.DataDirectory, "accounts", "alice"), recursive: true);
        await test.OpenAgainAsync("bob", "mox");
        await test.EmptyAsync();
        Assert.Single(await test.InboxAsync("mox"));
    }
}
