namespace Mox.Store;

/// <summary>The texts that messages can be sorted by.</summary>
public enum SortText
{
    /// <summary>Localpart of the first address of From (RFC 5256 section 3).</summary>
    From,

    /// <summary>Localpart of the first address of To.</summary>
    To,

    /// <summary>Localpart of the first address of Cc.</summary>
    Cc,

    /// <summary>Display name of the first address of From, or its address (RFC 5957 section 3).</summary>
    DisplayFrom,

    /// <summary>Display name of the first address of To, or its address.</summary>
    DisplayTo,

    /// <summary>The base subject (RFC 5256 section 2.1).</summary>
    Subject,
}
