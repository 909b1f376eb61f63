namespace Mox.EmailAuth;

/// <summary>The results of looking up the client's own name (RFC 8601 section 2.7.3).</summary>
public enum IpRevStatus
{
    /// <summary>A name of the client leads back to it.</summary>
    Pass,

    /// <summary>It has names, and none leads back.</summary>
    Fail,

    /// <summary>It could not be found out now.</summary>
    TempError,

    /// <summary>It has no name.</summary>
    PermError,
}
