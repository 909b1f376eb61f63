using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>What a user sends is one trace, from the connection to the next hop.</summary>
[Collection(OneServerAtATime.Name)]
public sealed class SubmissionTraceTests
{
    private static readonly string[] Path = ["smtp.send", "queue.deliver", "queue.submit", "smtp.deliver", "smtp.transaction", "smtp.session"];

    [Fact]
    public async Task Message_SubmittedAndRelayed_IsOneTraceToTheNextHop()
    {
        var spans = new ConcurrentQueue<Activity>();
        var relayed = new TaskCompletionSource<ActivityTraceId>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Mox.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                spans.Enqueue(span);
                if (span.OperationName == "queue.deliver")
                {
                    relayed.TrySetResult(span.TraceId);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using TestServer nextHop = await TestServer.StartAsync();
        await using (TestServer server = await RelayTests.StartAsync(nextHop))
        {
            await server.PlayAsync("submissions", await RelayTests.SubmissionAsync(server, "hello"));
            await relayed.Task.WaitAsync(TimeSpan.FromMinutes(2));
            // With its connections all spans have ended.
            await server.StopAsync();
        }

        ActivityTraceId trace = await relayed.Task;
        Activity[] own = [.. spans.Where(span => span.TraceId == trace)];
        foreach ((string child, string parent) in Path.Zip(Path.Skip(1)))
        {
            Activity above = Assert.Single(own, span => span.OperationName == parent);
            Activity below = Assert.Single(own, span => span.OperationName == child);
            Assert.True(below.ParentSpanId == above.SpanId, $"{child} is not below {parent}");
        }

        Activity session = Assert.Single(own, span => span.OperationName == "smtp.session");
        Assert.Equal(default, session.ParentSpanId);
        Activity deliver = Assert.Single(own, span => span.OperationName == "queue.deliver");
        Assert.Equal("next", deliver.GetTagItem("mox.queue.transport"));
        Assert.Equal(1, deliver.GetTagItem("mox.queue.attempt"));
        // The next hop's own spans are its own trace: SMTP carries none.
        Assert.Contains(spans, span => span.OperationName == "smtp.session" && span.TraceId != trace);
    }
}
