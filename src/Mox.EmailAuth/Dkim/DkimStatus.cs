namespace Mox.EmailAuth.Dkim;

/// <summary>The results of DKIM (RFC 8601 section 2.7.1).</summary>
public enum DkimStatus
{
    /// <summary>Not signed, or signed with a key that is only tried out (RFC 6376 section 3.6.1, flag y).</summary>
    None,

    /// <summary>The signature holds.</summary>
    Pass,

    /// <summary>The signature does not hold: it, the signed fields or the body are not those that were signed, or it has expired.</summary>
    Fail,

    /// <summary>The signature may hold, but is not of a kind that is taken.</summary>
    Policy,

    /// <summary>The signature could not be checked here.</summary>
    Neutral,

    /// <summary>The key could not be had now.</summary>
    TempError,

    /// <summary>The signature or its key cannot be understood, or there is no key.</summary>
    PermError,
}
