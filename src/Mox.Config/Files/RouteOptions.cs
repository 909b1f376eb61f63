using System.Collections.Immutable;

namespace Mox.Config.Files;

/// <summary>Routes of an account, of a domain, or of all.</summary>
internal sealed class RouteOptions(ProblemList problems)
{
    public ImmutableArray<RouteConfig> Read(ObjectReader owner)
    {
        ImmutableArray<RouteConfig>.Builder routes = ImmutableArray.CreateBuilder<RouteConfig>();
        foreach (ObjectReader route in owner.Objects("Routes"))
        {
            using (route)
            {
                routes.Add(new RouteConfig
                {
                    FromDomains = Patterns(route, "FromDomains"),
                    ToDomains = Patterns(route, "ToDomains"),
                    MinimumAttempts = (int)route.Number("MinimumAttempts", 0, 0, 1000),
                    Transport = route.Required("Transport", "name a transport of appsettings.json"),
                });
            }
        }

        return routes.ToImmutable();
    }

    private ImmutableArray<DomainPattern> Patterns(ObjectReader route, string name)
    {
        ImmutableArray<DomainPattern>.Builder patterns = ImmutableArray.CreateBuilder<DomainPattern>();
        foreach (string text in route.Texts(name))
        {
            bool isTree = text.StartsWith('.');
            if (DomainText.Read(problems, route.PathOf(name), isTree ? text[1..] : text) is { } domain)
            {
                patterns.Add(new DomainPattern(domain, isTree));
            }
        }

        return patterns.ToImmutable();
    }
}
