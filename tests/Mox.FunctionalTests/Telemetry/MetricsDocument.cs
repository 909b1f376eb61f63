using System.Globalization;
using System.Text;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>docs/metrics.md, written from the instruments.</summary>
internal static class MetricsDocument
{
    private const string Introduction = """
        # Metrics

        Every instrument of MoxNet. This page is written from the declarations in the code: change it there, then

            MOX_REGENERATE=1 dotnet test tests/Mox.FunctionalTests --filter MetricsDocument

        **To be asked:** a listener with the section `Metrics` answers `/metrics` in Prometheus' text format, or in OpenMetrics when the
        `Accept` header prefers it, and `/healthz` (200 or 503, with reasons as JSON), by plain HTTP and without a login. Keep it on an
        address that outsiders cannot reach. In localserve it is on port 1081 of the loopback address.

        **To be sent:** with `Mox:Telemetry:OtlpEndpoint`, or the standard variables `OTEL_EXPORTER_OTLP_ENDPOINT` and so on, metrics,
        traces and logs go to a collector by OTLP. The variables also set what the file has no option for: intervals, headers, limits,
        resource attributes. Without either nothing is measured.

        Names have the form of OpenTelemetry; Prometheus sees dots as underscores, the unit at the end, and `_total` at counters. Histograms
        have `_bucket`, `_sum` and `_count`. No attribute carries an address or anything else that a peer chooses, and no metric has more
        than 2,000 sets of attributes. Beside these there are the metrics of .NET (`dotnet.*`) and of Kestrel (`kestrel.*`).

        A trace follows a message: `smtp.session`, `smtp.transaction`, `smtp.deliver`, `delivery.deliver`, `delivery.authenticate` with a span
        for each check (`spf.verify`, `dkim.verify`, `arc.verify`, `iprev.verify`, `dmarc.verify`; SPF and iprev begin with the first
        recipient, before it), `store.add`, and `store.group`,
        the commit that several messages may share: it belongs to the first and is linked to the others. What a user sends goes on with
        `queue.submit` (with `queue.sign` in it), and with a `queue.deliver` for each attempt, hours later too. Spans of a connection and all its log lines have its cid;
        log records that are sent have the ids of trace and span.

        """;

    public static string Write(IReadOnlyList<InstrumentEntry> instruments)
    {
        var page = new StringBuilder(Introduction);
        foreach (IGrouping<string, InstrumentEntry> meter in instruments.GroupBy(instrument => instrument.Meter))
        {
            page.Append('\n').Append("## ").Append(meter.Key).Append("\n\n| name, and in Prometheus | kind | unit | attributes | what |\n|---|---|---|---|---|\n");
            foreach (InstrumentEntry instrument in meter)
            {
                string attributes = string.Join(", ", instrument.Attributes.Select(attribute => $"`{attribute}`"));
                page.Append(CultureInfo.InvariantCulture, $"| `{instrument.Name}`<br>`{instrument.Prometheus}` | {instrument.Kind} | `{instrument.Unit}` | {attributes} | {instrument.Description} |\n");
            }
        }

        return page.ToString();
    }
}
