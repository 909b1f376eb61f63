using System.Globalization;
using System.Net;

namespace Mox.Dns.Upstream;

/// <summary>Which servers to ask, how long and how often; read from resolv.conf(5).</summary>
/// <remarks>Search domains and ndots are ignored on purpose: all our names are absolute.</remarks>
internal sealed record ResolverConfiguration(IReadOnlyList<DnsServer> Servers, TimeSpan TryTimeout, int Attempts)
{
    public const int DefaultPort = 53;
    public const int DefaultAttempts = 2;
    public const int MaxServers = 8;

    private const int MaxAttempts = 5;
    private const int MaxTimeoutSeconds = 30;

    public static readonly TimeSpan DefaultTryTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What holds without a file, or without a server in it: the server on this machine.</summary>
    public static ResolverConfiguration Default { get; } = Parse("");

    /// <summary>The AD bit is believed of a server on this machine, or of all when the operator says so (trust-ad).</summary>
    public static DnsServer Server(IPEndPoint endPoint, bool trustAd) => new(endPoint, trustAd || IPAddress.IsLoopback(endPoint.Address));

    /// <summary>Reads the file; what is not understood is passed over, as the system's own resolver does.</summary>
    public static ResolverConfiguration Parse(string text)
    {
        List<IPEndPoint> servers = [];
        var (timeout, attempts, trustAd) = (DefaultTryTimeout, DefaultAttempts, false);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var words = line.ToString().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && servers.Count < MaxServers && IPAddress.TryParse(address, out var parsed))
            {
                servers.Add(new IPEndPoint(parsed, DefaultPort));
            }

            foreach (var option in words is ["options", .. var options] ? options : [])
            {
                trustAd |= option == "trust-ad";
                timeout = Number(option, "timeout:", MaxTimeoutSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : timeout;
                attempts = Number(option, "attempts:", MaxAttempts) ?? attempts;
            }
        }

        servers.AddRange(servers.Count > 0 ? [] : [new IPEndPoint(IPAddress.Loopback, DefaultPort)]);
        return new ResolverConfiguration([.. servers.Select(server => Server(server, trustAd))], timeout, attempts);
    }

    private static int? Number(string option, string name, int max) =>
        option.StartsWith(name, StringComparison.Ordinal) && int.TryParse(option.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? Math.Clamp(value, 1, max)
            : null;
}
