using System.Net;
using System.Net.NetworkInformation;

namespace Mox.Dns.Upstream;

/// <summary>The DNS servers of this machine's networks, where there is no resolv.conf; looked at again every half minute.</summary>
internal sealed class SystemServers(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private ResolverConfiguration? _current;
    private long _lookedAt;

    /// <summary>The servers of the networks that are up.</summary>
    public ResolverConfiguration Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null || time.GetElapsedTime(_lookedAt) >= Interval)
                {
                    (_current, _lookedAt) = (Read(), time.GetTimestamp());
                }

                return _current;
            }
        }
    }

    private static ResolverConfiguration Read()
    {
        List<DnsServer> servers = [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().DnsAddresses)
            .Distinct().Take(ResolverConfiguration.MaxServers)
            .Select(address => ResolverConfiguration.Server(new IPEndPoint(address, ResolverConfiguration.DefaultPort), trustAd: false))];
        return servers.Count > 0 ? ResolverConfiguration.Default with { Servers = servers } : ResolverConfiguration.Default;
    }
}
