namespace Mox.Net.Sasl;

/// <summary>How an attempt to log in ended, as recorded (and shown to the account's owner), not as told to the client.</summary>
public enum LoginOutcome
{
    /// <summary>Logged in.</summary>
    Ok,

    /// <summary>No such address or account.</summary>
    BadUser,

    /// <summary>The account exists, the password is wrong.</summary>
    BadPassword,

    /// <summary>A proof (SCRAM, CRAM-MD5) does not fit.</summary>
    BadCredentials,

    /// <summary>The channel binding does not fit: somebody is in between, or a downgrade was tried (RFC 5802 section 6).</summary>
    BadChannelBinding,

    /// <summary>The exchange broke the mechanism's grammar.</summary>
    BadProtocol,

    /// <summary>The account may not log in.</summary>
    LoginDisabled,

    /// <summary>Too many failed attempts from this network.</summary>
    RateLimited,

    /// <summary>Our fault; temporary.</summary>
    Error,

    /// <summary>The client gave up.</summary>
    Aborted,
}
