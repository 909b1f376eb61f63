namespace Mox.Mime;

/// <summary>
/// A parameter of Content-Type or Content-Disposition, with continuations joined (RFC 2231 section 3).
/// </summary>
/// <param name="Name">Lower-case, without index and asterisk.</param>
/// <param name="Value">The value, decoded to Unicode when it was extended.</param>
/// <param name="Extended">
/// The joined raw value with charset, language and percent encoding when it was extended (RFC 2231 section 4), else
/// null.
/// </param>
public readonly record struct MimeParameter(string Name, string Value, string? Extended = null);
