using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mox.Host.Telemetry;

/// <summary>Reads all metrics of the SDK, when asked, as text for Prometheus. One scrape at a time; a second one waits.</summary>
internal sealed class PrometheusReader : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Exporter _exporter = new();

    /// <summary>For the SDK, which owns it from then on.</summary>
    public MetricReader Reader => field ??= new BaseExportingMetricReader(_exporter);

    /// <summary>The values of now.</summary>
    public async Task<string> ReadAsync(bool isOpenMetrics, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var text = new PrometheusText(isOpenMetrics);
            _exporter.Text = text;
            Reader.Collect();
            return text.End();
        }
        finally
        {
            _exporter.Text = null;
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private sealed class Exporter : BaseExporter<Metric>
    {
        // Null when the SDK collects by itself, as at its end.
        public PrometheusText? Text { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            if (Text is { } text)
            {
                foreach (Metric metric in batch)
                {
                    text.Add(metric);
                }
            }

            return ExportResult.Success;
        }
    }
}
