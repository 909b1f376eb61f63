using System.Net;
using System.Net.NetworkInformation;

namespace Mox.Dns.Upstream;

/// <summary>The DNS servers of this machine's networks, where there is no resolv.conf.</summary>
internal static class SystemServers
{
    /// <summary>The servers of the networks that are up.</summary>
    public static ResolverConfiguration Read()
    {
        List<DnsServer> servers = [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().DnsAddresses)
            .Distinct().Take(ResolverConfiguration.MaxServers)
            .Select(address => ResolverConfiguration.Server(new IPEndPoint(address, ResolverConfiguration.DefaultPort), trustAd: false))];
        return servers.Count > 0 ? ResolverConfiguration.Default with { Servers = servers } : ResolverConfiguration.Default;
    }
}
