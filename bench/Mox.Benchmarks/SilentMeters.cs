using System.Diagnostics.Metrics;

namespace Mox.Benchmarks;

/// <summary>Makes instruments that nobody reads.</summary>
internal sealed class SilentMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
