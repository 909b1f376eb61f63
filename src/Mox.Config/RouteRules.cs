using System.Collections.Immutable;
using System.Globalization;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>Rules for routes: each leads to a transport that there is.</summary>
internal sealed class RouteRules(MoxConfig config, ProblemList problems)
{
    public void Validate()
    {
        Routes("Routes", config.Routes);
        foreach (DomainConfig domain in config.Domains.Values)
        {
            Routes($"Domains:{domain.Name}:Routes", domain.Routes);
        }

        foreach (AccountConfig account in config.Accounts.Values)
        {
            Routes($"Accounts:{account.Name}:Routes", account.Routes);
        }
    }

    private void Routes(string path, ImmutableArray<RouteConfig> routes)
    {
        for (int i = 0; i < routes.Length; i++)
        {
            string name = routes[i].Transport;
            if (name.Length > 0 && !config.Transports.ContainsKey(name))
            {
                string known = config.Transports.IsEmpty ? "there is none" : string.Join(", ", config.Transports.Keys.Order(StringComparer.Ordinal));
                problems.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{path}:{i}:Transport"),
                    $"there is no transport \"{PlainText.Shown(name)}\"",
                    $"name one of Mox:Transports of appsettings.json ({known})");
            }
        }
    }
}
