using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>Which transport takes a message: an element of <c>Routes</c> of an account, of the sender's domain, or of all, asked in this order.</summary>
public sealed record RouteConfig
{
    /// <summary>Domains of senders; empty is every sender. <c>FromDomains</c>.</summary>
    public ImmutableArray<DomainPattern> FromDomains { get; init; } = [];

    /// <summary>Domains of recipients; empty is every recipient. <c>ToDomains</c>.</summary>
    public ImmutableArray<DomainPattern> ToDomains { get; init; } = [];

    /// <summary>Taken only when so many attempts were made before. Default 0. <c>MinimumAttempts</c>.</summary>
    public int MinimumAttempts { get; init; }

    /// <summary>The name of a transport of appsettings.json. <c>Transport</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>Whether it is for this message; a null reverse-path has no domain, and only fits a route without FromDomains.</summary>
    public bool Fits(Domain? from, Domain to, int attempts) =>
        attempts >= MinimumAttempts
        && (FromDomains.IsEmpty || (from is { } sender && FromDomains.Any(pattern => pattern.Fits(sender))))
        && (ToDomains.IsEmpty || ToDomains.Any(pattern => pattern.Fits(to)));
}

/// <summary>A domain of a route: "example.org" is that one, ".example.org" also all below it.</summary>
/// <param name="Domain">The name, without the dot.</param>
/// <param name="IsTree">Whether the names below it are meant too.</param>
public sealed record DomainPattern(Domain Domain, bool IsTree)
{
    /// <summary>Whether a domain is meant.</summary>
    public bool Fits(Domain domain) => IsTree ? domain.IsOrIsUnder(Domain) : domain == Domain;

    /// <inheritdoc/>
    public override string ToString() => IsTree ? "." + Domain : Domain.ToString();
}
