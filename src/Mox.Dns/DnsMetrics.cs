using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mox.Dns.Upstream;

namespace Mox.Dns;

/// <summary>The instruments of DNS lookups. Tags have few values and never carry a name.</summary>
public sealed class DnsMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Mox.Dns";

    /// <summary>Spans of lookups.</summary>
    internal static readonly ActivitySource Activities = new(Name);

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _queries;

    /// <summary>Makes the instruments.</summary>
    public DnsMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _duration = meter.CreateHistogram<double>("mox.dns.lookup.duration", "s", "Time of lookups that servers were asked for, by dns.type and status.");
        _hits = meter.CreateCounter<long>("mox.dns.cache.hits", "{lookup}", "Lookups answered from memory, by dns.type.");
        _queries = meter.CreateCounter<long>("mox.dns.queries", "{query}", "Queries sent to DNS servers, by network.transport and status.");
    }

    internal void Lookup(DnsRecordType type, DnsStatus status, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new("dns.type", type.Name), new("status", status.ToString()));

    internal void CacheHit(DnsRecordType type) => _hits.Add(1, new KeyValuePair<string, object?>("dns.type", type.Name));

    internal void Query(string protocol, ServerReply reply) =>
        _queries.Add(1, new("network.transport", protocol), new("status", reply.NeedsTcp ? "Truncated" : reply.Status.ToString()));
}
