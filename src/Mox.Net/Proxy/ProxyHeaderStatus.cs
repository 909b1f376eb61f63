namespace Mox.Net.Proxy;

/// <summary>What the bytes so far are.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>The beginning of a header; more must come.</summary>
    Incomplete,

    /// <summary>A header, with or without bytes behind it.</summary>
    Complete,

    /// <summary>No header, whatever comes.</summary>
    Bad,
}
