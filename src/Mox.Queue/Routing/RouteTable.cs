using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;

namespace Mox.Queue;

/// <summary>Says which transport takes a message: by the configuration as it is at that moment.</summary>
/// <remarks>
/// Asked in order: routes of the account, of the sender's domain, of all; the first that fits is taken. Mail to domains of ours stays here, unless
/// a route names the domain in its ToDomains: a route to a smarthost for everything is not meant for one's own mailboxes.
/// </remarks>
/// <param name="config">The configuration.</param>
/// <param name="allIsLocal">All mail stays here, as in localserve.</param>
public sealed class RouteTable(LiveConfig config, bool allIsLocal = false)
{
    /// <summary>The transport's name; null when there is no way.</summary>
    public string? Pick(string account, Domain senderDomain, SmtpHost destination, int attempts)
    {
        if (allIsLocal)
        {
            return TransportTable.Local;
        }

        MoxConfig current = config.Current;
        Domain to = destination.Domain ?? default;
        bool isOurs = IsOurs(current, to);
        foreach (IEnumerable<RouteConfig> routes in Lists(current, account, senderDomain))
        {
            foreach (RouteConfig route in routes)
            {
                if (route.Fits(senderDomain.IsEmpty ? null : senderDomain, to, attempts) && !(isOurs && route.ToDomains.IsEmpty))
                {
                    return route.Transport;
                }
            }
        }

        return isOurs ? TransportTable.Local : null;
    }

    /// <summary>Whether mail from this domain waits for now: it is ours and disabled.</summary>
    public bool IsPaused(Domain senderDomain) =>
        !senderDomain.IsEmpty && config.Current.Domains.TryGetValue(senderDomain, out DomainConfig? domain) && domain.Disabled;

    private static IEnumerable<IEnumerable<RouteConfig>> Lists(MoxConfig current, string account, Domain senderDomain)
    {
        if (current.Accounts.TryGetValue(account, out AccountConfig? found))
        {
            yield return found.Routes;
        }

        if (!senderDomain.IsEmpty && current.Domains.TryGetValue(senderDomain, out DomainConfig? domain))
        {
            yield return domain.Routes;
        }

        yield return current.Routes;
    }

    // Mail for the postmaster of the host is ours, too (RFC 5321 section 4.5.1).
    private static bool IsOurs(MoxConfig current, Domain domain) => !domain.IsEmpty
        && (current.Domains.ContainsKey(domain) || domain == current.Hostname || current.Listeners.Any(listener => listener.Hostname == domain));
}
