namespace Mox.Store;

/// <summary>What to do to the flags of messages.</summary>
/// <param name="Kind">Add, remove or replace.</param>
/// <param name="Flags">System flags and well-known keywords.</param>
/// <param name="Keywords">Other keywords.</param>
public sealed record FlagChange(FlagChangeKind Kind, MessageFlags Flags, KeywordSet Keywords);

/// <summary>The forms of STORE (RFC 9051 section 6.4.6).</summary>
public enum FlagChangeKind
{
    /// <summary>+FLAGS.</summary>
    Add,

    /// <summary>-FLAGS.</summary>
    Remove,

    /// <summary>FLAGS.</summary>
    Replace,
}
