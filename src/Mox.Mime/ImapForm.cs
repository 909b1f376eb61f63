namespace Mox.Mime;

/// <summary>The two ways in which IMAP clients take strings.</summary>
public enum ImapForm
{
    /// <summary>
    /// For IMAP4rev1 (RFC 3501): quoted strings are ASCII; what is not is given as encoded words or literals.
    /// </summary>
    Rev1,

    /// <summary>For IMAP4rev2 (RFC 9051) and UTF8=ACCEPT (RFC 6855): quoted strings are UTF-8.</summary>
    Utf8,
}
