using Mox.Host.Serving;

namespace Mox.Host.Telemetry;

/// <summary>What a metrics listener answers, to anybody who can reach it: <c>/metrics</c> and <c>/healthz</c>.</summary>
internal static class MetricsSite
{
    /// <summary>The one site of all metrics listeners.</summary>
    public static HttpSite Site { get; } = new("metrics", routes =>
    {
        routes.MapGet("/metrics", MetricsPage.WriteAsync);
        routes.MapHealthChecks("/healthz", HealthPage.Options);
    });
}
