namespace Mox.Mime;

/// <summary>Content-Transfer-Encoding (RFC 2045 section 6).</summary>
public enum TransferEncoding
{
    /// <summary>Lines of ASCII; also what an absent field means.</summary>
    SevenBit,

    /// <summary>Lines of bytes.</summary>
    EightBit,

    /// <summary>Any bytes.</summary>
    Binary,

    /// <summary>RFC 2045 section 6.7.</summary>
    QuotedPrintable,

    /// <summary>RFC 2045 section 6.8.</summary>
    Base64,

    /// <summary>A word that is none of these: the content cannot be decoded (RFC 2045 section 6.4).</summary>
    Unknown,
}
