namespace Mox.Host.Telemetry;

/// <summary>Adds telemetry and health to a server. A health check is added here and nowhere else.</summary>
internal static class TelemetryServices
{
    /// <summary>Adds the exports and the checks.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetrySettings settings)
    {
        TelemetryExport.AddLogs(builder.Logging, settings);
        builder.Services.AddSingleton(services => new TelemetryExport(settings, services));
        builder.Services.AddSingleton<HostMetrics>();
        builder.Services.AddSingleton<ILoggerProvider, CountingLoggerProvider>();
        builder.Services.AddHealthChecks()
            .AddCheck<ListenersHealthCheck>("listeners")
            .AddCheck<QueueHealthCheck>("queue")
            .AddCheck<StoreHealthCheck>("store");
        // The page says what is wrong, and so did the log when it happened: not again at each question.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }
}
