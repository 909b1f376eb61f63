using Mox.Addresses;

namespace Mox.EmailAuth.Dkim;

/// <summary>How a domain signs with one of its keys.</summary>
public sealed record DkimSigning
{
    /// <summary>
    /// What is signed when nothing else is said: what readers see, and what makes threads (RFC 6376 section 5.4.1).
    /// </summary>
    public static IReadOnlyList<string> DefaultFields { get; } =
    [
        "From", "To", "Cc", "Bcc", "Reply-To", "References", "In-Reply-To", "Subject", "Date", "Message-Id", "Content-Type",
    ];

    /// <summary>The domain that signs.</summary>
    public required Domain Domain { get; init; }

    /// <summary>Under which name its key is found.</summary>
    public required Domain Selector { get; init; }

    /// <summary>The key.</summary>
    public required DkimPrivateKey Key { get; init; }

    /// <summary>The fields that are signed; From must be one of them.</summary>
    public IReadOnlyList<string> Fields { get; init; } = DefaultFields;

    /// <summary>Whether each name is listed once more than there are fields of it, so that adding one breaks the signature. Default true.</summary>
    public bool IsOversigned { get; init; } = true;

    /// <summary>The form of the fields. Default relaxed.</summary>
    public Canonicalization HeaderForm { get; init; } = Canonicalization.Relaxed;

    /// <summary>The form of the body. Default relaxed.</summary>
    public Canonicalization BodyForm { get; init; } = Canonicalization.Relaxed;

    /// <summary>How long the signature holds. Default 72 hours; null for ever.</summary>
    public TimeSpan? Lifetime { get; init; } = TimeSpan.FromHours(72);
}
