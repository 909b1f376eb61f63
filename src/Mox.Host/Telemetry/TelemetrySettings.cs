using Mox.Config;

namespace Mox.Host.Telemetry;

/// <summary>What is exported: <c>Mox:Telemetry</c> and the standard variables OTEL_* taken together. Nothing, unless one of them names a collector.</summary>
internal sealed record TelemetrySettings
{
    /// <summary>Metrics go to a collector.</summary>
    public bool Metrics { get; private init; }

    /// <summary>Traces go to a collector.</summary>
    public bool Traces { get; private init; }

    /// <summary>Logs go to a collector.</summary>
    public bool Logs { get; private init; }

    /// <summary>The metrics can be asked for: a listener has the page.</summary>
    public bool MetricsPage { get; private init; }

    /// <summary>What the file says.</summary>
    public required TelemetryConfig Config { get; init; }

    /// <summary>OTEL_* by name: intervals, headers, limits and the like, which the SDK reads itself.</summary>
    public required IConfiguration Variables { get; init; }

    /// <summary>The name of this host.</summary>
    public required string Hostname { get; init; }

    /// <summary>The settings of a server.</summary>
    public static TelemetrySettings Of(MoxConfig config, IReadOnlyDictionary<string, string?> variables)
    {
        bool isOff = string.Equals(variables.GetValueOrDefault("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        return new TelemetrySettings
        {
            Metrics = config.Telemetry.Metrics && IsExported("METRICS"),
            Traces = config.Telemetry.Traces && IsExported("TRACES"),
            Logs = config.Telemetry.Logs && IsExported("LOGS"),
            MetricsPage = config.Listeners.Any(listener => listener.Metrics is not null),
            Config = config.Telemetry,
            Variables = new ConfigurationBuilder().AddInMemoryCollection(variables).Build(),
            Hostname = config.Hostname.Ascii,
        };

        bool IsExported(string signal) => !isOff
            && variables.GetValueOrDefault($"OTEL_{signal}_EXPORTER") is null or "" or "otlp"
            && (config.Telemetry.OtlpEndpoint is not null
                || !string.IsNullOrEmpty(variables.GetValueOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT"))
                || !string.IsNullOrEmpty(variables.GetValueOrDefault($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")));
    }

    /// <summary>The variables OTEL_* of this process.</summary>
    public static IReadOnlyDictionary<string, string?> ProcessVariables()
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && name.StartsWith("OTEL_", StringComparison.Ordinal))
            {
                variables[name] = variable.Value as string;
            }
        }

        return variables;
    }
}
