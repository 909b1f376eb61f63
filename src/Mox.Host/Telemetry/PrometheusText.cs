using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mox.Host.Telemetry;

/// <summary>Metrics as text: Prometheus' own format, version 0.0.4, or OpenMetrics 1.0.</summary>
internal sealed class PrometheusText(bool isOpenMetrics)
{
    private readonly SortedDictionary<string, (string Type, StringBuilder Lines)> _families = new(StringComparer.Ordinal);

    /// <summary>Adds the points of a metric. Of two metrics with one name and different types only the first is shown.</summary>
    public void Add(Metric metric)
    {
        if (TypeOf(metric.MetricType) is not { } type)
        {
            return;
        }

        string family = PrometheusNames.Family(metric.Name, metric.Unit);
        if (!_families.TryGetValue(family, out (string Type, StringBuilder Lines) known))
        {
            known = (type, new StringBuilder());
            Describe(known.Lines, family, type, metric);
            _families.Add(family, known);
        }

        if (known.Type == type)
        {
            AddPoints(known.Lines, family, metric);
        }
    }

    /// <summary>The whole text.</summary>
    public string End()
    {
        var text = new StringBuilder();
        foreach ((_, StringBuilder lines) in _families.Values)
        {
            text.Append(lines);
        }

        return text.Append(isOpenMetrics ? "# EOF\n" : "").ToString();
    }

    private static string? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    private void Describe(StringBuilder lines, string family, string type, Metric metric)
    {
        // The old format names the samples, OpenMetrics the family.
        string name = type == "counter" && !isOpenMetrics ? family + "_total" : family;
        if (metric.Description.Length > 0)
        {
            lines.Append("# HELP ").Append(name).Append(' ');
            AppendEscaped(lines, metric.Description, escapeQuotes: isOpenMetrics);
            lines.Append('\n');
        }

        lines.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        if (isOpenMetrics && PrometheusNames.UnitOf(metric.Unit) is { } unit)
        {
            lines.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
        }
    }

    private void AddPoints(StringBuilder lines, string family, Metric metric)
    {
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            string labels = Labels(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.LongSum:
                    Sample(lines, family, "_total", labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSum:
                    Sample(lines, family, "_total", labels, point.GetSumDouble());
                    break;
                case MetricType.LongSumNonMonotonic:
                    Sample(lines, family, "", labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSumNonMonotonic:
                    Sample(lines, family, "", labels, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Sample(lines, family, "", labels, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Sample(lines, family, "", labels, point.GetGaugeLastValueDouble());
                    break;
                case MetricType.Histogram:
                    AddHistogram(lines, family, labels, point);
                    break;
            }
        }
    }

    private void AddHistogram(StringBuilder lines, string family, string labels, in MetricPoint point)
    {
        long count = 0;
        string before = labels.Length > 0 ? labels + "," : "";
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Sample(lines, family, "_bucket", $"{before}le=\"{Bound(bucket.ExplicitBound)}\"", count);
        }

        Sample(lines, family, "_sum", labels, point.GetHistogramSum());
        Sample(lines, family, "_count", labels, point.GetHistogramCount());
    }

    private static void Sample(StringBuilder lines, string family, string suffix, string labels, long value)
    {
        Name(lines, family, suffix, labels);
        lines.Append(value).Append('\n');
    }

    private static void Sample(StringBuilder lines, string family, string suffix, string labels, double value)
    {
        Name(lines, family, suffix, labels);
        lines.Append(Number(value)).Append('\n');
    }

    private static void Name(StringBuilder lines, string family, string suffix, string labels)
    {
        lines.Append(family).Append(suffix);
        if (labels.Length > 0)
        {
            lines.Append('{').Append(labels).Append('}');
        }

        lines.Append(' ');
    }

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach ((string key, object? value) in tags)
        {
            string text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length > 0 ? "," : "").Append(PrometheusNames.Label(key)).Append("=\"");
            AppendEscaped(labels, text, escapeQuotes: true);
            labels.Append('"');
        }

        return labels.ToString();
    }

    private static void AppendEscaped(StringBuilder text, string value, bool escapeQuotes)
    {
        foreach (char c in value)
        {
            switch (c)
            {
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '"' when escapeQuotes:
                    text.Append("\\\"");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
    }

    // OpenMetrics wants bounds to look like floating-point numbers.
    private string Bound(double bound) =>
        isOpenMetrics && double.IsInteger(bound) ? string.Create(CultureInfo.InvariantCulture, $"{bound:F1}") : Number(bound);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
