namespace Mox.Smtp;

/// <summary>When a sender wants to be notified: NOTIFY of RCPT TO (RFC 3461 section 4.1).</summary>
[Flags]
public enum DsnNotify
{
    /// <summary>NOTIFY=NEVER.</summary>
    Never = 0,

    /// <summary>SUCCESS: when it is delivered.</summary>
    Success = 1,

    /// <summary>FAILURE: when it cannot be delivered.</summary>
    Failure = 2,

    /// <summary>DELAY: when it is not delivered yet.</summary>
    Delay = 4,
}
