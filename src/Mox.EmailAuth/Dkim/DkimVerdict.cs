namespace Mox.EmailAuth.Dkim;

/// <summary>What came of one signature, and why.</summary>
public sealed record DkimVerdict
{
    /// <summary>The result.</summary>
    public required DkimStatus Status { get; init; }

    /// <summary>The signature; null when it could not be parsed.</summary>
    public DkimSignature? Signature { get; init; }

    /// <summary>The key record; null when none was found.</summary>
    public DkimRecord? Record { get; init; }

    /// <summary>The size of the key; 0 when it is not known.</summary>
    public int KeyBits { get; init; }

    /// <summary>Whether DNSSEC proves the key.</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>Why it is not <see cref="DkimStatus.Pass"/>; empty when it is.</summary>
    public string Problem { get; init; } = "";
}
