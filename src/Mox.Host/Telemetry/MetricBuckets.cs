using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Mox.Host.Telemetry;

/// <summary>The buckets of our histograms: durations from a millisecond to two minutes, and counts.</summary>
internal static class MetricBuckets
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    // Of what may wait for days.
    private static readonly double[] Ages = [1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 432_000];

    private static readonly double[] Counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    /// <summary>Of an instrument; null leaves it as the SDK has it.</summary>
    public static MetricStreamConfiguration? Of(Instrument instrument)
    {
        if (instrument.GetType().GetGenericTypeDefinition() != typeof(Histogram<>) || !instrument.Meter.Name.StartsWith("Mox.", StringComparison.Ordinal))
        {
            return null;
        }

        return instrument.Unit switch
        {
            "s" when instrument.Name == "mox.queue.transit.duration" => new ExplicitBucketHistogramConfiguration { Boundaries = Ages },
            "s" => new ExplicitBucketHistogramConfiguration { Boundaries = Seconds },
            ['{', ..] => new ExplicitBucketHistogramConfiguration { Boundaries = Counts },
            _ => null,
        };
    }
}
