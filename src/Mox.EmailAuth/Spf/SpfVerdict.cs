using Mox.Addresses;

namespace Mox.EmailAuth.Spf;

/// <summary>What SPF says of a sender, and why.</summary>
public sealed record SpfVerdict
{
    /// <summary>The result.</summary>
    public required SpfResult Result { get; init; }

    /// <summary>What was checked.</summary>
    public required SpfIdentity Identity { get; init; }

    /// <summary>The domain that was asked; <c>default</c> when the sender names none.</summary>
    public Domain Domain { get; init; }

    /// <summary>The sender in the sense of the macros: the reverse-path, or postmaster at the HELO name.</summary>
    public string Sender { get; init; } = "";

    /// <summary>The domain's record as it is published; empty when there is none.</summary>
    public string Record { get; init; } = "";

    /// <summary>The directive that decided, as in the record; "default" when none matched; empty when it did not come to that.</summary>
    public string Mechanism { get; init; } = "";

    /// <summary>What is wrong, for <see cref="SpfResult.None"/>, <see cref="SpfResult.TempError"/> and <see cref="SpfResult.PermError"/>.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The domain's own words on a <see cref="SpfResult.Fail"/>, from its exp modifier; written by strangers. Null when it has none.</summary>
    public string? Explanation { get; init; }

    /// <summary>Whether DNSSEC proves every answer that this rests on.</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>How many terms that ask DNS were evaluated (RFC 7208 section 4.6.4).</summary>
    public int Lookups { get; init; }

    /// <summary>How many questions had nothing for an answer.</summary>
    public int VoidLookups { get; init; }

    /// <summary>What was evaluated, in order, at most 100 steps.</summary>
    public IReadOnlyList<SpfStep> Trail { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
