namespace Mox.EmailAuth.Spf;

/// <summary>Where a macro string stands, which decides what may be in it (RFC 7208 section 7.1).</summary>
public enum SpfMacroUse
{
    /// <summary>The value of a modifier that nobody knows.</summary>
    Any,

    /// <summary>A domain-spec: it ends in a macro or a top-level label.</summary>
    Domain,

    /// <summary>The text of an explanation: spaces and the macros c, r and t are allowed.</summary>
    Explanation,
}
