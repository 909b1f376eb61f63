using System.Diagnostics;

namespace Mox.Load;

/// <summary>Messages sent over a number of connections at a time, until they have come where they belong.</summary>
/// <param name="Accepted">Messages a second until the last was accepted.</param>
/// <param name="Arrived">Messages a second until the last was there.</param>
/// <param name="Times">Milliseconds of each transaction.</param>
/// <param name="CpuMs">CPU time of the server for one message.</param>
internal sealed record SmtpLoad(double Accepted, double Arrived, List<double> Times, double CpuMs)
{
    /// <summary>Sends from and to one address each; asks over and over how many have arrived.</summary>
    public static async Task<SmtpLoad> RunAsync(
        ProcessTree server, SmtpConnection[] senders, (string From, string To) path, int size, int messages, Func<Task<int>> arrived)
    {
        byte[][] contents = [.. Enumerable.Range(0, Math.Min(messages, 200)).Select(i => Messages.Make(i, size, withDot: true, path.From))];
        int before = await arrived();
        List<double>[] times = [.. senders.Select(_ => new List<double>())];
        int next = -1;
        TimeSpan cpu = server.Cpu();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(senders.Select((sender, i) => SendAsync(sender, times[i])));
        double accepted = Stopwatch.GetElapsedTime(began).TotalSeconds;
        while (await arrived() - before is int count && count != messages)
        {
            if (count > messages || Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(5))
            {
                throw new LoadException($"{messages} messages were accepted, {count} arrived");
            }

            await Task.Delay(10);
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double cpuMs = (server.Cpu() - cpu).TotalMilliseconds / messages;
        foreach (SmtpConnection sender in senders)
        {
            await sender.QuitAsync();
            sender.Dispose();
        }

        return new SmtpLoad(messages / accepted, messages / seconds, [.. times.SelectMany(list => list)], cpuMs);

        async Task SendAsync(SmtpConnection sender, List<double> mine)
        {
            for (int i = Interlocked.Increment(ref next); i < messages; i = Interlocked.Increment(ref next))
            {
                long start = Stopwatch.GetTimestamp();
                await sender.SendAsync(path.From, path.To, contents[i % contents.Length]);
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    /// <summary>Writes the times of one transaction and the CPU time.</summary>
    public void AddCosts(Results results, string name)
    {
        results.Add($"{name}.p50_ms", Results.Percentile(Times, 0.50));
        results.Add($"{name}.p99_ms", Results.Percentile(Times, 0.99));
        results.Add($"{name}.cpu_ms", CpuMs);
    }
}
