namespace Mox.Queue.Tests;

public class DeliveryTests
{
    [Fact]
    public async Task Message_IsDelivered_AndLeavesNothing()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        await test.AddAsync(1, "x@example.net");
        await test.EmptyAsync();
        TransportJob job = Assert.Single(test.Transport.Jobs);
        Assert.Equal("x@example.net", Assert.Single(job.Recipients).Path.ToString());
        Assert.Equal("Received: from mx.example.org\r\n" + TestQueue.Text(1), Assert.Single(test.Transport.Contents));
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Files().Length == 0));
        Assert.Equal(0, test.Queue.Length);
        Assert.Empty(await test.InboxAsync("alice"));
    }

    [Fact]
    public async Task RecipientsOfOneDestination_GoInOneTransaction()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net", "y@example.net", "z@other.example");
        test.StartRunner();
        await test.EmptyAsync();
        Assert.Equal(["example.net 2", "other.example 1"], test.Transport.Jobs.Select(j => $"{j.Destination} {j.Recipients.Count}").Order());
    }

    [Fact]
    public async Task TemporaryFailure_IsTriedAgain_ByTheSchedule()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, _) => FakeTransport.Temporary;
        await test.AddAsync(1, "x@example.net");
        var times = new List<TimeSpan>();
        DateTimeOffset last = test.Time.GetUtcNow();
        for (int i = 1; i <= 9; i++)
        {
            int attempt = i;
            await TestQueue.EventuallyAsync(async () => (await test.ListAsync())[0] is { State: QueueState.Queued } m && m.Attempts == attempt);
            QueuedMessage message = (await test.ListAsync())[0];
            times.Add(message.NextAttemptAt!.Value - last);
            last = message.NextAttemptAt.Value;
            test.Time.Advance(last - test.Time.GetUtcNow());
        }

        double[] expected = [7.5, 15, 30, 60, 120, 240, 480, 480, 480];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(times[i].TotalMinutes, expected[i] * 0.98, expected[i] * 1.02);
        }
    }

    [Fact]
    public async Task PermanentFailure_IsReported_IntoTheInbox()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        test.Transport.Outcome = (_, r) => r.Path.LocalPart.Value == "bad" ? FakeTransport.Permanent : FakeTransport.HandedOn;
        await test.AddAsync(1, "bad@example.net", "good@example.net");
        await test.EmptyAsync();
        string report = Assert.Single(await test.InboxAsync("alice"));
        Assert.Contains("report-type=delivery-status", report, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822; bad@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n", report, StringComparison.Ordinal);
        Assert.Contains("References: <1@example.org>\r\n", report, StringComparison.Ordinal);
        Assert.DoesNotContain("good@example.net", report, StringComparison.Ordinal);
    }
}
