using Mox.Addresses;

namespace Mox.EmailAuth.Dmarc;

/// <summary>What DMARC says of a message, and why.</summary>
public sealed record DmarcVerdict
{
    /// <summary>The result.</summary>
    public required DmarcStatus Status { get; init; }

    /// <summary>The domain of From; <c>default</c> when the message names no one author.</summary>
    public Domain FromDomain { get; init; }

    /// <summary>The policy's domain and record; null when it was not looked for.</summary>
    public DmarcFound? Found { get; init; }

    /// <summary>Whether SPF passes for the author's domain.</summary>
    public bool IsSpfAligned { get; init; }

    /// <summary>Whether a DKIM signature passes for the author's domain.</summary>
    public bool IsDkimAligned { get; init; }

    /// <summary>The policy that the domain has for such a message: p, sp or np.</summary>
    public DmarcPolicy Policy { get; init; }

    /// <summary>What is to be done with the message, after pct and t; only on <see cref="DmarcStatus.Fail"/> more than nothing.</summary>
    public DmarcPolicy Disposition { get; init; }

    /// <summary>Whether pct or t made the disposition weaker than the policy.</summary>
    public bool IsSampledOut { get; init; }

    /// <summary>Why; empty when it passes.</summary>
    public string Problem { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
