using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>SMTP to IMAP: messages a second, accepted and visible; the time of one; the server's CPU for one.</summary>
internal static class DeliveryMeasure
{
    private static readonly (int Connections, int SizeBytes, int Share)[] Loads =
    [
        (1, 5_000, 4), (10, 5_000, 1), (50, 5_000, 1), (1, 100_000, 8), (10, 100_000, 4), (50, 100_000, 4),
    ];

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        // INBOX grows from load to load: a file system that just lost thousands of files is slow at making new ones.
        int messages = options.Number("messages", 2000);
        // Warm-up, for the just-in-time compiler and the peer's caches: a mail server runs for months.
        await DeliverAsync(target, 10, 5_000, 3 * messages);
        await DeliverAsync(target, 1, 5_000, messages / 4);
        foreach ((int connections, int size, int share) in Loads)
        {
            (double rate, List<double> times, double cpu) = await DeliverAsync(target, connections, size, messages / share);
            string name = $"delivery.{size / 1000}k.{connections}";
            results.Add($"{name}.per_s", rate);
            results.Add($"{name}.p50_ms", Results.Percentile(times, 0.50));
            results.Add($"{name}.p99_ms", Results.Percentile(times, 0.99));
            results.Add($"{name}.cpu_ms", cpu);
        }

        await EmptyAsync(target);
    }

    /// <summary>Sends messages over a number of connections and waits until IMAP shows them all.</summary>
    public static async Task<(double Rate, List<double> Times, double CpuMs)> DeliverAsync(
        Target target, int connections, int size, int messages)
    {
        byte[][] contents = [.. Enumerable.Range(0, Math.Min(messages, 200)).Select(i => Messages.Make(i, size, withDot: true))];
        using ImapConnection imap = await target.LoginAsync();
        int before = await imap.CountAsync("INBOX");
        List<double>[] times = [.. Enumerable.Range(0, connections).Select(_ => new List<double>())];
        SmtpConnection[] senders = await Task.WhenAll(times.Select(_ => SmtpConnection.ConnectAsync(target.Smtp)));
        int next = -1;
        TimeSpan cpu = target.Processes.Cpu();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(senders.Select((sender, i) => SendAsync(sender, times[i])));
        while (await imap.CountAsync("INBOX") < before + messages)
        {
            await Task.Delay(10);
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(5))
            {
                throw new LoadException("accepted messages do not show in IMAP");
            }
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double cpuMs = (target.Processes.Cpu() - cpu).TotalMilliseconds / messages;
        foreach (SmtpConnection sender in senders)
        {
            await sender.QuitAsync();
            sender.Dispose();
        }

        return (messages / seconds, [.. times.SelectMany(list => list)], cpuMs);

        async Task SendAsync(SmtpConnection sender, List<double> mine)
        {
            for (int i = Interlocked.Increment(ref next); i < messages; i = Interlocked.Increment(ref next))
            {
                long start = Stopwatch.GetTimestamp();
                await sender.SendAsync(target.To, contents[i % contents.Length]);
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    /// <summary>Removes what earlier measures left in INBOX, so that each starts from the same.</summary>
    public static async Task EmptyAsync(Target target)
    {
        using ImapConnection imap = await target.LoginAsync();
        if (await imap.CountAsync("INBOX") > 0)
        {
            await imap.OkAsync("SELECT INBOX");
            await imap.OkAsync(@"STORE 1:* +FLAGS.SILENT (\Deleted)");
            await imap.OkAsync("EXPUNGE");
        }
    }
}
