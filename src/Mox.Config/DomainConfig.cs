using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>A domain that is ours. <c>Domains:NAME</c> of domains.json.</summary>
public sealed record DomainConfig
{
    /// <summary>The key in the file.</summary>
    public required Domain Name { get; init; }

    /// <summary>Mail for it gets 450 4.2.1 for now; logins go on. Default false. <c>Disabled</c>.</summary>
    public bool Disabled { get; init; }

    /// <summary>Whether Bob and bob are two addresses; default false. <c>LocalPartCaseSensitive</c>.</summary>
    public bool LocalPartCaseSensitive { get; init; }

    /// <summary>With "+", mail for bob+shop is mail for bob. Default none. <c>LocalPartSeparators</c>.</summary>
    public ImmutableArray<string> LocalPartSeparators { get; init; } = [];

    /// <summary>Aliases by canonical localpart. <c>Aliases</c>.</summary>
    public ImmutableDictionary<LocalPart, AliasConfig> Aliases { get; init; } = ImmutableDictionary<LocalPart, AliasConfig>.Empty;

    /// <summary>How its mail is signed; null: as that of the nearest domain above it that is ours and says so. <c>Dkim</c>.</summary>
    public DkimConfig? Dkim { get; init; }

    /// <summary>Routes for mail from this domain, after those of the account. <c>Routes</c>.</summary>
    public ImmutableArray<RouteConfig> Routes { get; init; } = [];
}

/// <summary>An address whose mail goes to several addresses of ours. <c>Aliases:LOCALPART</c> of a domain.</summary>
public sealed record AliasConfig
{
    /// <summary>The address of the alias itself.</summary>
    public required Address Address { get; init; }

    /// <summary>Members: addresses of our accounts, at least one. <c>Addresses</c>.</summary>
    public required ImmutableArray<Address> Addresses { get; init; }

    /// <summary>Whether members may send with the alias as their address. Default false. <c>AllowMessageFrom</c>.</summary>
    public bool AllowMessageFrom { get; init; }

    /// <summary>Whether anybody may write to it; else only members, whose address in From is proven. Default true. <c>PostPublic</c>.</summary>
    public bool PostPublic { get; init; } = true;
}
