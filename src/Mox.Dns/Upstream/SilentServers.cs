using System.Collections.Concurrent;

namespace Mox.Dns.Upstream;

/// <summary>Which servers did not answer last time: for a while they are asked after the others, so that a dead one does not delay every lookup.</summary>
/// <remarks>Thread-safe. Holds no more servers than there are.</remarks>
internal sealed class SilentServers(TimeProvider time)
{
    private static readonly TimeSpan While = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<DnsServer, long> _since = new();

    /// <summary>Notes how a try ended.</summary>
    public void Note(DnsServer server, ServerReply reply)
    {
        if (reply.Status is DnsStatus.Timeout or DnsStatus.NetworkError)
        {
            _since[server] = time.GetTimestamp();
        }
        else
        {
            _since.TryRemove(server, out _);
        }
    }

    /// <summary>The servers in the order in which to ask them.</summary>
    public IReadOnlyList<DnsServer> Order(IReadOnlyList<DnsServer> servers)
    {
        foreach (var (server, since) in _since)
        {
            if (time.GetElapsedTime(since) >= While || !servers.Contains(server))
            {
                _since.TryRemove(server, out _);
            }
        }

        // Whoever makes lookups slow must not get to choose a server whose proofs do not count.
        return _since.IsEmpty || servers.Any(server => server.IsTrusted != servers[0].IsTrusted)
            ? servers
            : [.. servers.OrderBy(_since.ContainsKey)];
    }
}
