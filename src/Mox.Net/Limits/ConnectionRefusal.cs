namespace Mox.Net.Limits;

/// <summary>Why a connection is refused.</summary>
public enum ConnectionRefusal
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Too many new ones from its network in this minute.</summary>
    TooManyNew,

    /// <summary>Too many open ones from its network.</summary>
    TooManyOpen,
}
