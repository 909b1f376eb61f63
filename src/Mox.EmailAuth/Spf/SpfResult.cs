namespace Mox.EmailAuth.Spf;

/// <summary>The results of SPF (RFC 7208 section 2.6).</summary>
public enum SpfResult
{
    /// <summary>The domain says nothing, or there is no domain to ask.</summary>
    None,

    /// <summary>The domain says that it says nothing of this client.</summary>
    Neutral,

    /// <summary>The client may send for the domain.</summary>
    Pass,

    /// <summary>The client may not send for the domain.</summary>
    Fail,

    /// <summary>The client probably may not send for the domain.</summary>
    SoftFail,

    /// <summary>It could not be found out now; later it might.</summary>
    TempError,

    /// <summary>The domain's records cannot be understood.</summary>
    PermError,
}
