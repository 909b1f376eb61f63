using System.Diagnostics;
using System.Globalization;

namespace Mox.Load.Measures;

/// <summary>Flushes to the disk a delivered message, counted by strace; rates of this measure would mean nothing.</summary>
internal static class FlushMeasure
{
    private const int Messages = 200;
    private static readonly string[] Calls = ["fsync", "fdatasync", "sync_file_range", "syncfs", "msync"];

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        foreach (int connections in (int[])[1, 50])
        {
            int flushes = await CountAsync(target, () => DeliveryMeasure.DeliverAsync(target, connections, 5_000, Messages));
            results.Add($"flushes.{connections}.per_message", flushes / (double)Messages);
        }

        await DeliveryMeasure.EmptyAsync(target);
    }

    /// <summary>The flushes of the server while it bears a load.</summary>
    public static async Task<int> CountAsync(Target target, Func<Task> load)
    {
        string summary = Path.GetTempFileName();
        try
        {
            return await CountAsync(target, load, summary);
        }
        finally
        {
            File.Delete(summary);
        }
    }

    private static async Task<int> CountAsync(Target target, Func<Task> load, string summary)
    {
        ProcessStartInfo start = new("strace") { RedirectStandardError = true };
        string[] arguments = ["-f", "-c", "-e", $"trace={string.Join(',', Calls)}", "-o", summary,
            .. target.Processes.Pids().SelectMany(pid => (string[])["-p", pid.ToString(CultureInfo.InvariantCulture)])];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process strace = Process.Start(start) ?? throw new LoadException("strace did not start");
        Task<string> errors = strace.StandardError.ReadToEndAsync();
        await Task.Delay(TimeSpan.FromSeconds(2)); // it attaches to each thread
        await load();
        using (Process interrupt = Process.Start("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await interrupt.WaitForExitAsync();
        }

        await strace.WaitForExitAsync();
        string[] rows = [.. File.ReadLines(summary).Where(line => Calls.Contains(line.TrimEnd().Split(' ')[^1]))];
        if (rows.Length == 0)
        {
            throw new LoadException($"strace counted nothing: {(await errors).Trim()}");
        }

        // % time, seconds, usecs/call, calls, (errors,) name
        return rows.Sum(row => int.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture));
    }
}
