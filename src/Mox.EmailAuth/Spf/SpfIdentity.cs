namespace Mox.EmailAuth.Spf;

/// <summary>Whose word is checked (RFC 7208 section 2).</summary>
public enum SpfIdentity
{
    /// <summary>The domain of the reverse-path, or <c>postmaster</c> at the HELO name where that is empty (RFC 7208 section 2.4).</summary>
    MailFrom,

    /// <summary>The name of HELO or EHLO (RFC 7208 section 2.3).</summary>
    Helo,
}
