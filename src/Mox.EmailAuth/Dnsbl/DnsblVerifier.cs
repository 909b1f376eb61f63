using System.Collections.Concurrent;
using System.Net;
using Mox.Addresses;
using Mox.Dns;

namespace Mox.EmailAuth.Dnsbl;

/// <summary>Asks block lists (RFC 5782). A list that does not work is not believed.</summary>
/// <remarks>Thread-safe. What a list answered is kept by the resolver; here only whether it works, for <see cref="HealthLifetime"/>.</remarks>
public sealed class DnsblVerifier(IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics)
{
    /// <summary>How long it is believed that a list works, or that it does not.</summary>
    public static readonly TimeSpan HealthLifetime = TimeSpan.FromHours(1);

    // Those of the configuration; more are not remembered.
    private const int MaxZones = 100;

    private readonly ConcurrentDictionary<Domain, (long At, string Problem)> _health = new();

    /// <summary>Asks a list about an address, and first, now and then, whether it works. Only cancellation throws.</summary>
    public async Task<DnsblVerdict> VerifyAsync(Domain zone, IPAddress address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(address);
        long started = time.GetTimestamp();
        using var activity = EmailAuthMetrics.Activities.StartActivity("dnsbl.verify");
        string problem = await HealthAsync(zone, ct);
        var verdict = problem.Length > 0 ? new DnsblVerdict(zone, DnsblStatus.TempError, problem) : await AskAsync(zone, address, explain: true, ct);
        metrics.Checked("dnsbl", verdict.Status.ToString(), time.GetElapsedTime(started));
        return verdict;
    }

    /// <summary>
    /// Whether a list works, asked now: 127.0.0.2 is on each that does, and 127.0.0.1 on none (RFC 5782 section 5). Empty when it
    /// does, else what is wrong.
    /// </summary>
    public async Task<string> CheckHealthAsync(Domain zone, CancellationToken ct)
    {
        var listed = await AskAsync(zone, IPAddress.Parse("127.0.0.2"), explain: false, ct);
        var unlisted = await AskAsync(zone, IPAddress.Loopback, explain: false, ct);
        return listed.Status == DnsblStatus.TempError ? listed.Explanation
            : listed.Status == DnsblStatus.NotListed ? "127.0.0.2 is not listed, as it is on every list that works"
            : unlisted.Status == DnsblStatus.TempError ? unlisted.Explanation
            : unlisted.Status == DnsblStatus.Listed ? "127.0.0.1 is listed: the list names everything"
            : "";
    }

    private async Task<string> HealthAsync(Domain zone, CancellationToken ct)
    {
        if (_health.TryGetValue(zone, out var known) && time.GetElapsedTime(known.At) < HealthLifetime)
        {
            return known.Problem;
        }

        string problem = await CheckHealthAsync(zone, ct);
        if (_health.Count < MaxZones || _health.ContainsKey(zone))
        {
            _health[zone] = (time.GetTimestamp(), problem);
        }

        return problem;
    }

    private async Task<DnsblVerdict> AskAsync(Domain zone, IPAddress address, bool explain, CancellationToken ct)
    {
        // The labels of the address are those of its PTR name.
        string reversed = DnsName.Of(address).ToString();
        int arpa = reversed.LastIndexOf(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6
            ? ".ip6.arpa." : ".in-addr.arpa.", StringComparison.Ordinal);
        if (!DnsName.TryParse($"{reversed[..arpa]}.{zone.Ascii}", out var name))
        {
            return new DnsblVerdict(zone, DnsblStatus.TempError, "the name of the list is too long");
        }

        var answer = await dns.QueryAsync(name, DnsRecordTypes.A, ct);
        if (answer.IsTemporaryFailure)
        {
            return new DnsblVerdict(zone, DnsblStatus.TempError, $"{name} A: {answer}");
        }

        // Other addresses than 127/8 come from resolvers and owners that answer everything (RFC 5782 section 2.1).
        if (!answer.Records.Any(record => record.GetAddressBytes()[0] == 127))
        {
            return new DnsblVerdict(zone, DnsblStatus.NotListed, "");
        }

        if (!explain)
        {
            return new DnsblVerdict(zone, DnsblStatus.Listed, "");
        }

        var reason = await dns.QueryAsync(name, DnsRecordTypes.Txt, ct);
        return new DnsblVerdict(zone, DnsblStatus.Listed, string.Join("; ", reason.Records.Take(3).Select(record => record.Text)));
    }
}
