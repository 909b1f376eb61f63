namespace Mox.EmailAuth.Dmarc;

/// <summary>What a domain wants done with mail that only claims to be from it (RFC 7489 section 6.3).</summary>
public enum DmarcPolicy
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Take it as suspicious.</summary>
    Quarantine,

    /// <summary>Refuse it.</summary>
    Reject,
}
