namespace Mox.Config;

/// <summary>What is logged and how. <c>Mox:Log</c>.</summary>
public sealed record LogConfig
{
    /// <summary>The lowest level written. Default Information. <c>Level</c>.</summary>
    public LogVerbosity Level { get; init; } = LogVerbosity.Information;

    /// <summary>One line per event as key=value pairs (Logfmt, default) or as a JSON object (Json). <c>Format</c>.</summary>
    public LogFormat Format { get; init; } = LogFormat.Logfmt;
}

/// <summary>How much is logged; each level includes those above it.</summary>
public enum LogVerbosity
{
    /// <summary>Only our own faults.</summary>
    Error,

    /// <summary>And what an operator should look at.</summary>
    Warning,

    /// <summary>And logins, verdicts and deliveries.</summary>
    Information,

    /// <summary>And what clients do.</summary>
    Debug,

    /// <summary>And protocol lines, without credentials and bulk data.</summary>
    Trace,

    /// <summary>And credentials: for debugging authentication only.</summary>
    TraceAuth,

    /// <summary>And whole messages.</summary>
    TraceData,
}

/// <summary>The form of a log line.</summary>
public enum LogFormat
{
    /// <summary><c>l=info m="..." pkg=smtp cid=... key=value</c>.</summary>
    Logfmt,

    /// <summary>One JSON object a line.</summary>
    Json,
}
