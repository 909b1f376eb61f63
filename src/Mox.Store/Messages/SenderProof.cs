namespace Mox.Store;

/// <summary>How a name of a sender was proven, or why not. The numbers are stored.</summary>
public enum SenderProof
{
    /// <summary>It was not looked for.</summary>
    Unknown = 0,

    /// <summary>SPF or DKIM passes for the very domain, or our own user sent it.</summary>
    Strict = 1,

    /// <summary>DMARC passes, by a domain of the same owner.</summary>
    Dmarc = 2,

    /// <summary>SPF or DKIM passes for a domain of the same owner, who has no DMARC policy.</summary>
    Relaxed = 3,

    /// <summary>SPF passes.</summary>
    Pass = 4,

    /// <summary>The domain says nothing of this client.</summary>
    Neutral = 5,

    /// <summary>It could not be found out at that time.</summary>
    TempError = 6,

    /// <summary>The domain's records cannot be understood.</summary>
    PermError = 7,

    /// <summary>It is not who it says.</summary>
    Fail = 8,

    /// <summary>It is probably not who it says.</summary>
    SoftFail = 9,

    /// <summary>The domain has nothing to prove it by, or there is no name.</summary>
    None = 10,
}
