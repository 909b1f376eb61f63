using System.Diagnostics;
using System.Globalization;

namespace Mox.Load;

/// <summary>A server's processes: the given ones and everything below them, read from /proc.</summary>
internal sealed class ProcessTree(int[] roots)
{
    private static readonly double TicksPerSecond = 100; // USER_HZ of Linux, fixed for /proc

    private static readonly TimeSpan MaxWork = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    public static ProcessTree Parse(string pids) => new([.. pids.Split(',').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))]);

    public IReadOnlyList<int> Pids() => [.. Stats().Select(stat => stat.Pid)];

    /// <summary>CPU time of the living processes and of the dead ones that they have waited for.</summary>
    public TimeSpan Cpu() => TimeSpan.FromSeconds(Stats().Sum(stat => stat.Ticks) / TicksPerSecond);

    /// <summary>Proportional set size: shared pages are counted once.</summary>
    public double PssMiB()
    {
        long kib = 0;
        foreach (int pid in Pids())
        {
            try
            {
                string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(text => text.StartsWith("Pss:", StringComparison.Ordinal));
                kib += long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // The process ended while it was read.
            }
        }

        return kib / 1024.0;
    }

    /// <summary>Waits until they have done what they do in the background; returns the seconds that it took.</summary>
    public async Task<double> QuietAsync()
    {
        long began = Stopwatch.GetTimestamp();
        for (TimeSpan before = Cpu(); Stopwatch.GetElapsedTime(began) < MaxWork; before = Cpu())
        {
            await Task.Delay(Window);
            if (Cpu() - before < Window / 50)
            {
                return (Stopwatch.GetElapsedTime(began) - Window).TotalSeconds;
            }
        }

        throw new LoadException($"the server is still busy after {MaxWork.TotalMinutes} minutes");
    }

    private List<(int Pid, int Parent, long Ticks)> Stats()
    {
        Dictionary<int, (int Pid, int Parent, long Ticks)> all = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), out int pid))
            {
                continue;
            }

            try
            {
                string text = File.ReadAllText($"{folder}/stat");
                string[] field = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                // utime, stime, cutime, cstime are fields 14 to 17; the first here is field 3.
                long ticks = field[11..15].Sum(value => long.Parse(value, CultureInfo.InvariantCulture));
                all[pid] = (pid, int.Parse(field[1], CultureInfo.InvariantCulture), ticks);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended while it was read.
            }
        }

        if (roots.FirstOrDefault(root => !all.ContainsKey(root)) is var gone and not 0)
        {
            throw new LoadException($"the server's process {gone} is gone");
        }

        return [.. all.Values.Where(stat => IsBelow(stat.Pid, 0))];

        bool IsBelow(int pid, int depth) =>
            roots.Contains(pid) || (depth < 64 && all.TryGetValue(pid, out var stat) && stat.Parent > 1 && IsBelow(stat.Parent, depth + 1));
    }
}
