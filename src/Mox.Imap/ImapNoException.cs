namespace Mox.Imap;

/// <summary>The client asked for what cannot be: answered with a tagged NO, its response code and a text.</summary>
internal sealed class ImapNoException(string? code, string message) : Exception(message)
{
    /// <summary>A response code without its brackets (RFC 5530), or null.</summary>
    public string? Code { get; } = code;
}
