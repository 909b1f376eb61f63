using System.Collections.Immutable;
using System.Net;

namespace Mox.Config.Files;

/// <summary>The section Dns of appsettings.json.</summary>
internal static class DnsOptions
{
    private const string Name = "Servers";
    private const int DefaultPort = 53;

    // As many as the resolver asks.
    private const int MaxServers = 8;

    public static DnsConfig Read(ObjectReader mox, ProblemList problems)
    {
        using ObjectReader? dns = mox.Object("Dns");
        return dns is null ? new DnsConfig() : new DnsConfig { Servers = Servers(dns, problems), TrustAuthenticData = dns.Flag("TrustAuthenticData", false) };
    }

    private static ImmutableArray<IPEndPoint> Servers(ObjectReader dns, ProblemList problems)
    {
        var servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (string text in dns.Texts(Name))
        {
            if (EndPoint(text) is { } server)
            {
                servers.Add(server);
            }
            else
            {
                problems.Add(dns.PathOf(Name), $"\"{PlainText.Shown(text)}\" is no server", "write an IP address, with or without port, as in \"127.0.0.1\" or \"[::1]:5353\"");
            }
        }

        if (servers.Count > MaxServers)
        {
            problems.Add(dns.PathOf(Name), $"there are {servers.Count} servers", $"list at most {MaxServers}");
        }

        return servers.ToImmutable();
    }

    private static IPEndPoint? EndPoint(string text)
    {
        // A port behind brackets is not part of the address.
        if (!text.Contains('[', StringComparison.Ordinal) && IpText.TryRead(text, out IPAddress? address))
        {
            return new IPEndPoint(address, DefaultPort);
        }

        // .NET takes more than one way to write an address; the usual one comes out as it went in.
        return IPEndPoint.TryParse(text, out IPEndPoint? server) && server.Port > 0
            && (server.ToString() == text || text.StartsWith('[')) ? server : null;
    }
}
