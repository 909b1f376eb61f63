using Mox.Addresses;

namespace Mox.EmailAuth.Dmarc;

/// <summary>The policy that holds for an author's domain, and where it was found.</summary>
public sealed record DmarcFound
{
    /// <summary><see cref="DmarcStatus.Pass"/> when there is one; else why there is none.</summary>
    public required DmarcStatus Status { get; init; }

    /// <summary>The domain whose record it is.</summary>
    public Domain Domain { get; init; }

    /// <summary>The owner's domain, by the public suffix list or the walk up the tree.</summary>
    public required Domain OrganizationalDomain { get; init; }

    /// <summary>The record; null when there is none.</summary>
    public DmarcRecord? Record { get; init; }

    /// <summary>Whether DNSSEC proves all answers.</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>Why there is none.</summary>
    public string Problem { get; init; } = "";
}
