namespace Mox.Mime;

/// <summary>The outcome of <see cref="MimeParser"/>: the tree and what was seen on the way.</summary>
public sealed class ParsedMessage
{
    /// <summary>The message itself; offsets in it and below are those of the bytes parsed.</summary>
    public required MimePart Root { get; init; }

    /// <summary>Bytes parsed.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Whether some line ends in LF alone.</summary>
    public bool HasBareLf { get; init; }

    /// <summary>Whether some CR does not stand before LF.</summary>
    public bool HasBareCr { get; init; }

    /// <summary>Whether there is a NUL byte, so that IMAP can give the message only as BINARY or literal8.</summary>
    public bool HasNul { get; init; }

    /// <summary>Whether a body byte is above 127 (8BITMIME, RFC 6152).</summary>
    public bool Has8BitBody { get; init; }

    /// <summary>Header lines, of the message and of its parts, with a byte above 127 (SMTPUTF8, RFC 6532).</summary>
    public int HeaderLines8Bit { get; init; }

    /// <summary>The longest line in bytes, without its end.</summary>
    public long LongestLineBytes { get; init; }

    /// <summary>Whether the message's header block ends in an empty line, or the message has no body at all.</summary>
    public bool HasHeaderEnd { get; init; }

    /// <summary>Whether a bound of <see cref="MimeLimits"/> was met, so that something is opaque.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Parts in the tree, the message included.</summary>
    public int PartCount { get; init; }

    /// <summary>What is wrong, in order of discovery; empty unless strict.</summary>
    public IReadOnlyList<MimeProblem> Problems { get; init; } = [];
}
