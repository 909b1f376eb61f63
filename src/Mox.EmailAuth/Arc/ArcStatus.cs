namespace Mox.EmailAuth.Arc;

/// <summary>The state of a chain of seals (RFC 8617 section 4.4).</summary>
public enum ArcStatus
{
    /// <summary>Nobody has sealed the message.</summary>
    None,

    /// <summary>Every seal holds, and the message is as the last one sealed it.</summary>
    Pass,

    /// <summary>The chain is broken.</summary>
    Fail,

    /// <summary>A key could not be had now.</summary>
    TempError,
}
