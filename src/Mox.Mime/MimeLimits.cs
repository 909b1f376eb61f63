namespace Mox.Mime;

/// <summary>Bounds of <see cref="MimeParser"/>; past them what follows is kept as bytes but not looked into.</summary>
public sealed record MimeLimits
{
    /// <summary>The defaults.</summary>
    public static MimeLimits Default { get; } = new();

    /// <summary>
    /// Parts of a message, itself included (10,000, as Dovecot); the last one is opaque and holds all the rest.
    /// </summary>
    public int MaxParts { get; init; } = 10_000;

    /// <summary>
    /// Levels of multipart and message/rfc822 below the message (100, as Dovecot); a deeper one is an opaque leaf.
    /// </summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Bytes of one header block (10 MB, as Dovecot); what follows is an opaque body.</summary>
    public int MaxHeaderBlockBytes { get; init; } = 10_000_000;

    /// <summary>Bytes of one header field that are interpreted (1 MB); the rest of a longer field is ignored.</summary>
    public int MaxFieldBytes { get; init; } = 1_000_000;

    /// <summary>
    /// Bytes of header fields kept in memory for one message (4 MB), each address and parameter counted as 64 more;
    /// later fields are ignored.
    /// </summary>
    public int MaxRetainedBytes { get; init; } = 4_000_000;

    /// <summary>Problems collected in strict mode (100).</summary>
    public int MaxProblems { get; init; } = 100;
}
