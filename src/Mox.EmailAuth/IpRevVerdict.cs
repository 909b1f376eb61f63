using Mox.Dns;

namespace Mox.EmailAuth;

/// <summary>What came of looking up the client's name.</summary>
public sealed record IpRevVerdict
{
    /// <summary>The result.</summary>
    public required IpRevStatus Status { get; init; }

    /// <summary>The name that leads back; <c>default</c> when none does.</summary>
    public DnsName Name { get; init; }

    /// <summary>All names of the address.</summary>
    public IReadOnlyList<DnsName> Names { get; init; } = [];

    /// <summary>Whether DNSSEC proves both ways.</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>Why it does not pass.</summary>
    public string Problem { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
