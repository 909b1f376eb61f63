namespace Mox.Load.Measures;

/// <summary>A user's mail over TLS with AUTH, and on to the next hop over TLS: accepted a second, and there a second.</summary>
internal static class SubmissionMeasure
{
    private const int Connections = 10;
    private const int SizeBytes = 5_000;

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("messages", 2000);
        await RelayAsync(target, options, 3 * messages); // warm-up, as for deliveries
        SmtpLoad load = await RelayAsync(target, options, 2 * messages);
        results.Add($"submission.{Connections}.per_s", load.Accepted);
        results.Add($"submission.{Connections}.relayed.per_s", load.Arrived);
        load.AddCosts(results, $"submission.{Connections}");
        const int Counted = 500;
        results.Add($"submission.{Connections}.flushes.per_message", await FlushMeasure.CountAsync(target, () => RelayAsync(target, options, Counted)) / (double)Counted);
    }

    private static async Task<SmtpLoad> RelayAsync(Target target, Options options, int messages)
    {
        using SmtpConnection sink = await SmtpConnection.ConnectAsync(options.EndPoint("sink"));
        SmtpConnection[] senders = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            SmtpConnection sender = await SmtpConnection.ConnectAsync(options.EndPoint("submissions"), tls: true);
            await sender.LoginAsync(target.User, target.Password);
            return sender;
        }));
        return await SmtpLoad.RunAsync(
            target.Processes, senders, (target.User, "somebody@sink.example"), SizeBytes, messages, () => Sink.CountAsync(sink));
    }
}
