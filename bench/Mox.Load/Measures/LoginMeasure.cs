using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>Connect, LOGIN, LOGOUT over and over, by the same user, on 8 connections at a time.</summary>
internal static class LoginMeasure
{
    private const int Connections = 8;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        await LoginsAsync(target, tls: true, TimeSpan.FromSeconds(1));
        foreach (bool tls in (bool[])[false, true])
        {
            TimeSpan cpu = target.Processes.Cpu();
            (int logins, double seconds) = await LoginsAsync(target, tls, Duration);
            results.Add($"logins.{(tls ? "tls" : "plain")}.per_s", logins / seconds);
            results.Add($"logins.{(tls ? "tls" : "plain")}.cpu_ms", (target.Processes.Cpu() - cpu).TotalMilliseconds / logins);
        }
    }

    private static async Task<(int Logins, double Seconds)> LoginsAsync(Target target, bool tls, TimeSpan duration)
    {
        int logins = 0;
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                using ImapConnection imap = await target.LoginAsync(tls);
                await imap.OkAsync("LOGOUT");
                Interlocked.Increment(ref logins);
            }
        }));
        return (logins, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
