using System.Net;

namespace Mox.Dns;

/// <summary>How names are looked up.</summary>
public sealed class DnsClientOptions
{
    /// <summary>
    /// The recursive servers to ask, in this order. Default none: those of <see cref="ResolvConfFile"/>. When there are some, that
    /// file is not read.
    /// </summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>
    /// Whether the AD bit of <see cref="Servers"/> that are not on this machine is believed, since the way to them is safe. Default
    /// false.
    /// </summary>
    public bool TrustAuthenticData { get; init; }

    /// <summary>The system's list of servers; read again when it changes. Default /etc/resolv.conf; on Windows the network's own servers are used.</summary>
    public string ResolvConfFile { get; init; } = "/etc/resolv.conf";

    /// <summary>The machine's own table of names and addresses; read again when it changes. Default the system's; null: none.</summary>
    public string? HostsFile { get; init; } = OperatingSystem.IsWindows()
        ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts")
        : "/etc/hosts";

    /// <summary>How long one server may take to answer. Default what resolv.conf says, or 5 s.</summary>
    public TimeSpan? TryTimeout { get; init; }

    /// <summary>How often each server is asked. Default what resolv.conf says, or 2.</summary>
    public int? Attempts { get; init; }

    /// <summary>How long a lookup may take in all, aliases included; past it, <see cref="DnsStatus.Timeout"/>. Default 15 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many lookups ask servers at the same time; others wait for their turn, within their deadline. Default 200.</summary>
    public int MaxConcurrentLookups { get; init; } = 200;

    /// <summary>How many answers are remembered; past it the least recently used are forgotten. Default 10000; 0: none.</summary>
    public int MaxCacheEntries { get; init; } = 10_000;

    /// <summary>How many bytes the remembered answers may take, about. Default 16 MiB.</summary>
    public long MaxCacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long an answer with records is remembered at most, whatever its TTL. Default one day.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long it is remembered at most that there is nothing (RFC 2308 section 5). Default one hour.</summary>
    public TimeSpan MaxNegativeTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a failure is remembered, so that many who ask do not all wait (RFC 9520 section 3.2). Default 5 s.</summary>
    public TimeSpan FailureTtl { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>All that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        Check(Servers.Count <= Upstream.ResolverConfiguration.MaxServers, $"{nameof(Servers)}: at most {Upstream.ResolverConfiguration.MaxServers}");
        Check(TryTimeout is null || TryTimeout > TimeSpan.Zero, $"{nameof(TryTimeout)}: more than 0");
        Check(Attempts is null or (>= 1 and <= 10), $"{nameof(Attempts)}: 1 to 10");
        Check(Deadline > TimeSpan.Zero, $"{nameof(Deadline)}: more than 0");
        Check(MaxConcurrentLookups > 0, $"{nameof(MaxConcurrentLookups)}: more than 0");
        Check(MaxCacheEntries >= 0 && MaxCacheBytes >= 0, $"{nameof(MaxCacheEntries)} and {nameof(MaxCacheBytes)}: 0 or more");
        Check(MaxTtl >= TimeSpan.Zero && MaxNegativeTtl >= TimeSpan.Zero, $"{nameof(MaxTtl)} and {nameof(MaxNegativeTtl)}: 0 or more");
        Check(FailureTtl >= TimeSpan.Zero && FailureTtl <= TimeSpan.FromMinutes(5), $"{nameof(FailureTtl)}: 0 to 5 minutes");
        return problems;

        void Check(bool isGood, string problem) => problems.AddRange(isGood ? [] : [problem]);
    }
}
