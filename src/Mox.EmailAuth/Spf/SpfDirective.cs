namespace Mox.EmailAuth.Spf;

/// <summary>A mechanism with the result that it gives where it matches (RFC 7208 section 4.6.2).</summary>
/// <param name="Qualifier">The result.</param>
/// <param name="Mechanism">What it matches.</param>
/// <param name="Text">As it stands in the record.</param>
public sealed record SpfDirective(SpfResult Qualifier, SpfMechanism Mechanism, string Text);
