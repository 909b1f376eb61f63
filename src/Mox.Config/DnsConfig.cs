using System.Collections.Immutable;
using System.Net;

namespace Mox.Config;

/// <summary>Whom names are asked of. <c>Mox:Dns</c>.</summary>
public sealed record DnsConfig
{
    /// <summary>Recursive servers, asked in this order. Default none: those of the system. <c>Servers</c>.</summary>
    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];

    /// <summary>
    /// Whether <see cref="Servers"/> that are not on this machine are believed when they say that DNSSEC proves an answer: the way to them
    /// is safe. Default false. <c>TrustAuthenticData</c>.
    /// </summary>
    public bool TrustAuthenticData { get; init; }
}
