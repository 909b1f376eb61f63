namespace Mox.Smtp;

/// <summary>What MAIL FROM says about the content by BODY (RFC 6152, RFC 3030 section 3).</summary>
public enum MailBody
{
    /// <summary>BODY=7BIT, or none given.</summary>
    SevenBit,

    /// <summary>BODY=8BITMIME (RFC 6152).</summary>
    EightBitMime,

    /// <summary>BODY=BINARYMIME: any octets, by BDAT only (RFC 3030 section 3).</summary>
    BinaryMime,
}
