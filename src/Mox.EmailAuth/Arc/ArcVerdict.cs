using Mox.Addresses;

namespace Mox.EmailAuth.Arc;

/// <summary>What came of a chain of seals.</summary>
public sealed record ArcVerdict
{
    /// <summary>The result.</summary>
    public required ArcStatus Status { get; init; }

    /// <summary>Who sealed, from the first to the last.</summary>
    public IReadOnlyList<Domain> Sealers { get; init; } = [];

    /// <summary>The first hop from which on the message is unchanged (RFC 8617 section 5.2, oldest-pass); 0: since the first.</summary>
    public int OldestPass { get; init; }

    /// <summary>What the last hop found out when the message came to it; empty when there is none.</summary>
    public string LastResults { get; init; } = "";

    /// <summary>Why it does not pass.</summary>
    public string Problem { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
