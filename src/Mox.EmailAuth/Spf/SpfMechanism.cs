using System.Net;

namespace Mox.EmailAuth.Spf;

/// <summary>What a directive matches (RFC 7208 section 5).</summary>
public abstract record SpfMechanism
{
    private protected SpfMechanism()
    {
    }

    /// <summary>Whether it takes questions, of which a check may have ten (RFC 7208 section 4.6.4).</summary>
    public virtual bool AsksDns => true;
}

/// <summary>all (RFC 7208 section 5.1).</summary>
public sealed record SpfAll : SpfMechanism
{
    /// <inheritdoc/>
    public override bool AsksDns => false;
}

/// <summary>ip4 and ip6 (RFC 7208 section 5.6).</summary>
/// <param name="Network">The network; bits past the prefix do not count.</param>
/// <param name="PrefixLength">How many bits of it.</param>
public sealed record SpfNetwork(IPAddress Network, int PrefixLength) : SpfMechanism
{
    /// <inheritdoc/>
    public override bool AsksDns => false;
}

/// <summary>a (RFC 7208 section 5.3): the addresses of a host.</summary>
public sealed record SpfHost(SpfMacroString? Target, SpfPrefixes Prefixes) : SpfMechanism;

/// <summary>mx (RFC 7208 section 5.4): the addresses of the hosts that take a domain's mail.</summary>
public sealed record SpfMailHosts(SpfMacroString? Target, SpfPrefixes Prefixes) : SpfMechanism;

/// <summary>ptr (RFC 7208 section 5.5): the names of the client.</summary>
public sealed record SpfPtr(SpfMacroString? Target) : SpfMechanism;

/// <summary>include (RFC 7208 section 5.2): what another domain lets pass.</summary>
public sealed record SpfInclude(SpfMacroString Target) : SpfMechanism;

/// <summary>exists (RFC 7208 section 5.7): whether a name has an IPv4 address.</summary>
public sealed record SpfExists(SpfMacroString Target) : SpfMechanism;

/// <summary>How many bits of found addresses count, for IPv4 and for IPv6.</summary>
public readonly record struct SpfPrefixes(int V4, int V6)
{
    /// <summary>All of them.</summary>
    public static SpfPrefixes Whole { get; } = new(32, 128);
}
