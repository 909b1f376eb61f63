using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>IMAP APPEND of 5 KB messages, one at a time on each connection.</summary>
internal static class AppendMeasure
{
    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("messages", 2000) / 2;
        using ImapConnection imap = await target.LoginAsync();
        foreach (int connections in (int[])[1, 8])
        {
            string mailbox = $"Append{connections}";
            await imap.OkAsync($"CREATE {mailbox}");
            int count = connections == 1 ? messages / 2 : messages;
            (double seconds, TimeSpan cpu) = await AppendAsync(target, mailbox, connections, count, 5_000);
            results.Add($"append.{connections}.per_s", count / seconds);
            results.Add($"append.{connections}.cpu_ms", cpu.TotalMilliseconds / count);
            await imap.OkAsync($"DELETE {mailbox}");
        }
    }

    /// <summary>Appends messages over a number of connections; returns the time and the server's CPU time it took.</summary>
    public static async Task<(double Seconds, TimeSpan Cpu)> AppendAsync(Target target, string mailbox, int connections, int messages, int size)
    {
        ImapConnection[] clients = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => target.LoginAsync()));
        int next = -1;
        TimeSpan cpu = target.Processes.Cpu();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select(async client =>
        {
            for (int i = Interlocked.Increment(ref next); i < messages; i = Interlocked.Increment(ref next))
            {
                await client.AppendAsync(mailbox, Messages.Make(i, size, withDot: false));
            }
        }));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        cpu = target.Processes.Cpu() - cpu; // while the connections, and a peer's processes for them, live
        foreach (ImapConnection client in clients)
        {
            client.Dispose();
        }

        return (seconds, cpu);
    }
}
