namespace Mox.Load.Measures;

/// <summary>The server's proportional set size now, named after the phase.</summary>
internal static class MemoryMeasure
{
    public static async Task RunAsync(Target target, Results results, Options options)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        results.Add($"memory.{options["phase"]}.mib", target.Processes.PssMiB());
    }
}
