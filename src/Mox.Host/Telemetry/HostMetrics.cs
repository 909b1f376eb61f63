using System.Diagnostics.Metrics;

namespace Mox.Host.Telemetry;

/// <summary>The counters of the process itself.</summary>
internal sealed class HostMetrics
{
    private readonly Counter<long> _events;
    private Func<IEnumerable<(string Listener, TimeSpan Remaining)>> _certificates = static () => [];

    public HostMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("Mox.Host");
        meter.CreateObservableGauge<double>(
            "mox.tls.certificate.remaining.duration", Remaining, "s", "Time until the first of the certificates expires, negative when it has, by listener.");
        _events = meter.CreateCounter<long>("mox.log.events", "{event}", "Lines of the log, by level.");
    }

    /// <summary>Who knows how long the certificates of each listener are good; asked when somebody reads the metric.</summary>
    public void Certificates(Func<IEnumerable<(string Listener, TimeSpan Remaining)>> remaining) => _certificates = remaining;

    /// <summary>A line was logged.</summary>
    public void Logged(string level) => _events.Add(1, new KeyValuePair<string, object?>("level", level));

    private IEnumerable<Measurement<double>> Remaining() => _certificates().Select(
        one => new Measurement<double>(one.Remaining.TotalSeconds, new KeyValuePair<string, object?>("listener", one.Listener)));
}
