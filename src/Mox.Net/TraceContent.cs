namespace Mox.Net;

/// <summary>What bytes of a conversation are, for the trace to know what to hide.</summary>
public enum TraceContent
{
    /// <summary>Commands and replies.</summary>
    Protocol,

    /// <summary>Passwords and SASL responses; hidden below <see cref="TraceLevel.TraceAuth"/>.</summary>
    Credentials,

    /// <summary>Message content and literals; hidden below <see cref="TraceLevel.TraceData"/>.</summary>
    Bulk,
}
