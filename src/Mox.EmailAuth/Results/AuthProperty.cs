namespace Mox.EmailAuth.Results;

/// <summary>What a result is about (RFC 8601 section 2.3).</summary>
/// <param name="Type">"smtp", "header", "policy" or "body".</param>
/// <param name="Name">Which one of that: "mailfrom", "from", "d".</param>
/// <param name="Value">Its value.</param>
public sealed record AuthProperty(string Type, string Name, string Value);
