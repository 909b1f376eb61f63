namespace Mox.Net;

/// <summary>How much of the protocol a trace shows.</summary>
public enum TraceLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary><c>trace</c>: commands and replies; credentials as <c>***</c>, bulk data as <c>...</c>.</summary>
    Trace,

    /// <summary><c>traceauth</c>: also credentials.</summary>
    TraceAuth,

    /// <summary><c>tracedata</c>: also credentials and bulk data.</summary>
    TraceData,
}
