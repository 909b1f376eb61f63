namespace Mox.EmailAuth.Dkim;

/// <summary>What changes on the way a signature forgives (RFC 6376 section 3.4).</summary>
public enum Canonicalization
{
    /// <summary>Next to none.</summary>
    Simple,

    /// <summary>White space and folding, and the case of field names.</summary>
    Relaxed,
}
