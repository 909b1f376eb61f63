using Mox.Smtp;

namespace Mox.Queue.Tests;

public class MetricsTests
{
    [Fact]
    public async Task Recipients_AreCountedByState()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        await test.AddAsync(1, "x@example.net", "y@example.net", "z@other.example");
        Assert.Equal((3, 0, 0), Counts(test));
        await test.Queue.HoldAsync(new QueueFilter { To = "other.example" }, default);
        // Not read anew for everybody who scrapes at the same time.
        Assert.Equal((3, 0, 0), Counts(test));
        test.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((2, 1, 0), Counts(test));
        await test.Queue.FailAsync(new QueueFilter(), default);
        test.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((0, 0, 3), Counts(test));
    }

    [Theory]
    [InlineData("Sent", "good", "good")]
    [InlineData("Partial", "good", "later")]
    [InlineData("Temporary", "later", "bad")]
    [InlineData("Permanent", "bad", "bad")]
    public async Task AttemptDuration_IsMeasuredByResult(string result, string first, string second)
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        test.Transport.Outcome = (_, r) => r.Path.LocalPart.Value switch
        {
            "bad" or "bad2" => FakeTransport.Permanent,
            "later" or "later2" => FakeTransport.Temporary,
            _ => FakeTransport.HandedOn,
        };
        await test.AddAsync(1, [TestQueue.To($"{first}@example.net", DsnNotify.Never), TestQueue.To($"{second}{(first == second ? "2" : "")}@example.net", DsnNotify.Never)]);
        test.StartRunner();
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Metrics.Of("mox.queue.delivery.duration", ("transport", "fake"), ("result", result)).Count == 1));
        Assert.Single(test.Metrics.Of("mox.queue.delivery.duration"));
    }

    private static (double Queued, double Held, double Reporting) Counts(TestQueue test) => (Last(test, "Queued"), Last(test, "Held"), Last(test, "Reporting"));

    private static double Last(TestQueue test, string state) => test.Metrics.Of("mox.queue.recipients", ("state", state))[^1].Value;
}
