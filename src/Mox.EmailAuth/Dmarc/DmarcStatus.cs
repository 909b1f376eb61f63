namespace Mox.EmailAuth.Dmarc;

/// <summary>The results of DMARC (RFC 7489 section 11.2).</summary>
public enum DmarcStatus
{
    /// <summary>The domain has no policy, or the message names no one author.</summary>
    None,

    /// <summary>SPF or DKIM passes for the author's domain.</summary>
    Pass,

    /// <summary>Neither does.</summary>
    Fail,

    /// <summary>It could not be found out now: the policy, or SPF or DKIM without which it fails.</summary>
    TempError,

    /// <summary>The domain's record cannot be understood.</summary>
    PermError,
}
