using System.Text;

namespace Mox.Host.Telemetry;

/// <summary>
/// Names of OpenTelemetry as Prometheus has them: <c>mox.smtp.server.command.duration</c> in <c>s</c> is
/// <c>mox_smtp_server_command_duration_seconds</c> (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility").
/// </summary>
internal static class PrometheusNames
{
    /// <summary>The word that stands for a unit at the end of a name, or null.</summary>
    public static string? UnitOf(string? unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => null,
    };

    /// <summary>The name of a family: without the <c>_total</c> of a counter.</summary>
    public static string Family(string name, string? unit)
    {
        string family = Label(name).Trim('_');
        // A family never begins with a digit.
        family = family.Length > 0 && char.IsAsciiDigit(family[0]) ? "_" + family : family;
        if (family.EndsWith("_total", StringComparison.Ordinal))
        {
            family = family[..^"_total".Length];
        }

        return UnitOf(unit) is { } word && !family.EndsWith("_" + word, StringComparison.Ordinal) ? $"{family}_{word}" : family;
    }

    /// <summary>The name of a label: letters, digits and underscores, no digit first.</summary>
    public static string Label(string key)
    {
        var label = new StringBuilder(key.Length);
        foreach (char c in key)
        {
            label.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        return label.Length > 0 && char.IsAsciiDigit(label[0]) ? label.Insert(0, '_').ToString() : label.ToString();
    }
}
