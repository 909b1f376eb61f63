using System.Diagnostics.Metrics;

namespace Mox.Host.Telemetry;

/// <summary>The counters of the process itself.</summary>
internal sealed class HostMetrics
{
    private readonly Counter<long> _events;

    public HostMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("Mox.Host");
        _events = meter.CreateCounter<long>("mox.log.events", "{event}", "Lines of the log, by level.");
    }

    /// <summary>A line was logged.</summary>
    public void Logged(string level) => _events.Add(1, new KeyValuePair<string, object?>("level", level));
}
