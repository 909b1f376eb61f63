namespace Mox.Store;

/// <summary>Who sent a message, as far as it could be proven when it came: for reputation, rules and people.</summary>
public sealed record SenderEvidence
{
    /// <summary>The localpart of the one author that From names; null when it does not name one.</summary>
    public string? FromLocalPart { get; init; }

    /// <summary>The author's domain as A-labels; null likewise.</summary>
    public string? FromDomain { get; init; }

    /// <summary>The domain that the author's owner registered (RFC 7489 section 3.2), as A-labels; null likewise.</summary>
    public string? FromOrganization { get; init; }

    /// <summary>Whether the author's domain is proven.</summary>
    public SenderProof From { get; init; }

    /// <summary>Whether the domain of the reverse-path is proven: by SPF, or since our own user sent it.</summary>
    public SenderProof MailFrom { get; init; }

    /// <summary>Whether the name in EHLO is proven, by SPF.</summary>
    public SenderProof Ehlo { get; init; }

    /// <summary>The domains whose DKIM signatures hold, as A-labels, each once.</summary>
    public IReadOnlyList<string> SigningDomains { get; init; } = [];

    /// <summary>Whether the address in From can be believed.</summary>
    public bool IsFromProven => From is SenderProof.Strict or SenderProof.Dmarc or SenderProof.Relaxed;
}
