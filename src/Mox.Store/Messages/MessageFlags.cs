namespace Mox.Store;

/// <summary>System flags (RFC 9051 section 2.3.2) and the well-known keywords, which have a bit of their own.</summary>
[Flags]
public enum MessageFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>\Seen.</summary>
    Seen = 1,

    /// <summary>\Answered.</summary>
    Answered = 2,

    /// <summary>\Flagged.</summary>
    Flagged = 4,

    /// <summary>\Deleted.</summary>
    Deleted = 8,

    /// <summary>\Draft.</summary>
    Draft = 16,

    /// <summary>$Forwarded.</summary>
    Forwarded = 32,

    /// <summary>$Junk.</summary>
    Junk = 64,

    /// <summary>$NotJunk.</summary>
    NotJunk = 128,

    /// <summary>$Phishing.</summary>
    Phishing = 256,

    /// <summary>$MDNSent.</summary>
    MdnSent = 512,
}
