using System.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mox.Host.Telemetry;

/// <summary>
/// The OpenTelemetry SDK of one server: metrics, traces and logs to a collector, and the metrics for the page. What is off is not built, and then
/// no instrument and no span is listened to.
/// </summary>
/// <remarks>Started before the store is opened, so that up-down counters count from zero; disposed of after all that measures.</remarks>
internal sealed class TelemetryExport(TelemetrySettings settings, IServiceProvider services) : IDisposable
{
    // A collector that does not answer must not hold up the end of the server.
    private const int ShutdownMilliseconds = 3000;

    private MeterProvider? _meters;
    private TracerProvider? _tracers;
    private LoggerProvider? _logs;

    /// <summary>The metrics for the page, or null when no listener has it.</summary>
    public PrometheusReader? Page { get; private set; }

    /// <summary>Sends the log to the collector as well.</summary>
    public static void AddLogs(ILoggingBuilder logging, TelemetrySettings settings)
    {
        if (!settings.Logs)
        {
            return;
        }

        logging.Services.Replace(ServiceDescriptor.Singleton(settings.Variables));
        logging.Services.PostConfigure<LoggerFilterOptions>(WithoutTranscripts);
        logging.AddOpenTelemetry(options =>
        {
            // The cid is in a scope.
            options.IncludeScopes = true;
            options.IncludeFormattedMessage = true;
            options.ParseStateValues = true;
            options.SetResourceBuilder(Resource(ResourceBuilder.CreateDefault(), settings));
            options.AddOtlpExporter(otlp => Configure(otlp, settings, "logs"));
        });
    }

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        Page = settings.MetricsPage ? new PrometheusReader() : null;
        if (settings.Metrics || Page is not null)
        {
            _meters = Meters();
        }

        if (settings.Traces)
        {
            _tracers = Tracers();
        }

        // Made with the loggers; for its end only.
        _logs = settings.Logs ? services.GetService<LoggerProvider>() : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Parallel.Invoke(
            () => _meters?.Shutdown(ShutdownMilliseconds),
            () => _tracers?.Shutdown(ShutdownMilliseconds),
            () => _logs?.Shutdown(ShutdownMilliseconds));
        _meters?.Dispose();
        _tracers?.Dispose();
        Page?.Dispose();
    }

    private MeterProvider Meters()
    {
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(own => own.AddSingleton(settings.Variables))
            .ConfigureResource(resource => Resource(resource, settings))
            .AddMeter("Mox.*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
            .AddView(MetricBuckets.Of);
        if (Page is not null)
        {
            builder.AddReader(Page.Reader);
        }

        if (settings.Metrics)
        {
            builder.AddOtlpExporter(otlp => Configure(otlp, settings, "metrics"));
        }

        return builder.Build();
    }

    private TracerProvider Tracers()
    {
        TracerProviderBuilder builder = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(own => own.AddSingleton(settings.Variables))
            .ConfigureResource(resource => Resource(resource, settings))
            .AddSource("Mox.*")
            .AddOtlpExporter(otlp => Configure(otlp, settings, "traces"));
        // Else the variables OTEL_TRACES_SAMPLER say it, or all are kept.
        if (settings.Config.TracesPercent < 100)
        {
            builder.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.Config.TracesPercent / 100.0)));
        }

        return builder.Build();
    }

    // As the log itself, but for protocol lines, which may show secrets: they stay on this machine.
    private static void WithoutTranscripts(LoggerFilterOptions filters)
    {
        string provider = typeof(OpenTelemetryLoggerProvider).FullName!;
        foreach (LoggerFilterRule rule in filters.Rules.Where(rule => rule.ProviderName is null).ToList())
        {
            filters.Rules.Add(new LoggerFilterRule(
                provider, rule.CategoryName, rule.LogLevel, (name, category, level) => level >= LogLevel.Debug && rule.Filter?.Invoke(name, category, level) != false));
        }
    }

    // The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    private static ResourceBuilder Resource(ResourceBuilder resource, TelemetrySettings settings)
    {
        string? version = typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        resource.AddService(settings.Config.ServiceName, serviceVersion: version, autoGenerateServiceInstanceId: false, serviceInstanceId: settings.Hostname)
            .AddAttributes([new KeyValuePair<string, object>("host.name", settings.Hostname)]);
        IConfiguration variables = settings.Variables;
        if (variables["OTEL_SERVICE_NAME"] is { Length: > 0 } name)
        {
            resource.AddAttributes([new KeyValuePair<string, object>("service.name", name)]);
        }

        return resource;
    }

    private static void Configure(OtlpExporterOptions otlp, TelemetrySettings settings, string signal)
    {
        if (settings.Config.OtlpEndpoint is not { } endpoint)
        {
            return;
        }

        bool isHttp = settings.Config.OtlpProtocol == Config.OtlpProtocol.HttpProtobuf;
        otlp.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // A URL set by code is taken as it is: the signal's path is ours to add (OTLP specification, "Endpoint URLs for OTLP/HTTP").
        otlp.Endpoint = isHttp ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}") : endpoint;
    }
}
