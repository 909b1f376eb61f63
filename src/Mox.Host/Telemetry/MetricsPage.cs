using System.Net.Mime;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Mox.Host.Telemetry;

/// <summary><c>/metrics</c>: Prometheus' text format, or OpenMetrics for those who prefer it.</summary>
internal static class MetricsPage
{
    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>Answers one request.</summary>
    public static async Task WriteAsync(HttpContext context)
    {
        PrometheusReader reader = context.RequestServices.GetRequiredService<TelemetryExport>().Page!;
        bool isOpenMetrics = PrefersOpenMetrics(context.Request.GetTypedHeaders().Accept);
        string text = await reader.ReadAsync(isOpenMetrics, context.RequestAborted);
        context.Response.ContentType = isOpenMetrics
            ? $"{OpenMetrics}; version=1.0.0; charset=utf-8"
            : $"{MediaTypeNames.Text.Plain}; version=0.0.4; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text, Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Whether OpenMetrics is asked for, and nothing that we have is liked better.</summary>
    internal static bool PrefersOpenMetrics(IList<MediaTypeHeaderValue> accept)
    {
        double open = accept.Where(type => type.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase)).Select(Quality).DefaultIfEmpty(0).Max();
        double plain = accept.Where(type => type.MediaType.Equals(MediaTypeNames.Text.Plain, StringComparison.OrdinalIgnoreCase)).Select(Quality).DefaultIfEmpty(0).Max();
        return open > 0 && open >= plain;
    }

    private static double Quality(MediaTypeHeaderValue type) => type.Quality ?? 1;
}
