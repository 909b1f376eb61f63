using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Mox.Addresses;
using Mox.Config;

namespace Mox.Queue;

/// <summary>What the configuration says of this host as others see it.</summary>
internal sealed class MailHost
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("::/127"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    public MailHost(MoxConfig config)
    {
        ListenerConfig[] smtp = [.. config.Listeners.Where(listener => listener.Smtp is not null)];
        ListenerConfig[] open = [.. smtp.Where(listener => !listener.Addresses.All(IPAddress.IsLoopback))];
        Names = [.. (open.Length > 0 ? open : smtp).Select(listener => listener.Hostname).DefaultIfEmpty(config.Hostname).Distinct()];
        Addresses = [.. open.SelectMany(listener => listener.Addresses).Where(IsPublic).Distinct()];
        AddressesAreKnown = open.Length > 0 && open.All(listener => listener.Addresses.All(IsPublic));
        Relays = [.. config.Transports.Values.Select(transport => transport.Smarthost?.Host).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Names under which it takes mail; the first is the one to name.</summary>
    public ImmutableArray<Domain> Names { get; }

    /// <summary>The addresses on which it takes mail that others can reach.</summary>
    public ImmutableArray<IPAddress> Addresses { get; }

    /// <summary>Whether these are all: it does not listen on whatever addresses there are, nor behind a router that has the public ones.</summary>
    public bool AddressesAreKnown { get; }

    /// <summary>Servers of others that mail leaves through.</summary>
    public ImmutableArray<string> Relays { get; }

    private static bool IsPublic(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !Array.Exists(Private, network => network.Contains(address));
}
