namespace Mox.Config;

/// <summary>Where metrics, traces and logs are sent by OTLP, besides the log and /metrics. <c>Mox:Telemetry</c>.</summary>
public sealed record TelemetryConfig
{
    /// <summary>The collector. Default none: then the variables OTEL_* of the environment say it. <c>OtlpEndpoint</c>.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Default Grpc. <c>OtlpProtocol</c>.</summary>
    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;

    /// <summary>Who it comes from: the attribute service.name. Default "mox". <c>ServiceName</c>.</summary>
    public string ServiceName { get; init; } = "mox";

    /// <summary>The share of traces kept, of those that begin here. Default 100. <c>TracesPercent</c>.</summary>
    public int TracesPercent { get; init; } = 100;

    /// <summary>Whether metrics are sent. Default true. <c>Metrics</c>.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Whether traces are sent. Default true. <c>Traces</c>.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Whether logs are sent. Default true. <c>Logs</c>.</summary>
    public bool Logs { get; init; } = true;
}

/// <summary>How OTLP is spoken.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC, usually port 4317.</summary>
    Grpc,

    /// <summary>Protocol buffers by HTTP, usually port 4318.</summary>
    HttpProtobuf,
}
