namespace Mox.Store;

/// <summary>What a mailbox is for (RFC 6154 section 2); each role has at most one holder in an account.</summary>
[Flags]
public enum SpecialUse
{
    /// <summary>No special use.</summary>
    None = 0,

    /// <summary>\Archive.</summary>
    Archive = 1,

    /// <summary>\Drafts.</summary>
    Drafts = 2,

    /// <summary>\Junk.</summary>
    Junk = 4,

    /// <summary>\Sent.</summary>
    Sent = 8,

    /// <summary>\Trash.</summary>
    Trash = 16,
}
