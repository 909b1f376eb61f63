namespace Mox.Imap;

/// <summary>Bounds on what one command may hold (imap.md 2.4).</summary>
internal sealed record ImapReaderLimits
{
    public static ImapReaderLimits Default { get; } = new();

    /// <summary>One line, without CRLF.</summary>
    public int MaxLineBytes { get; init; } = 16 * 1024;

    /// <summary>One literal that is not streamed.</summary>
    public int MaxLiteralBytes { get; init; } = 100 * 1024;

    /// <summary>All such literals of a command together.</summary>
    public int MaxCommandBytes { get; init; } = 1024 * 1024;

    /// <summary>The same before login: a name and a password fit, and strangers hold no memory.</summary>
    public int MaxCommandBytesBeforeLogin { get; init; } = 16 * 1024;

    /// <summary>How many such literals a command may have.</summary>
    public int MaxLiterals { get; init; } = 1000;

    /// <summary>What is skipped at most to keep the place; past it the connection closes.</summary>
    public int MaxSkippedBytes { get; init; } = 1024 * 1024;

    /// <summary>What is skipped at most of a streamed literal that is not wanted.</summary>
    public long MaxStreamSkippedBytes { get; init; } = 1024 * 1024;
}
