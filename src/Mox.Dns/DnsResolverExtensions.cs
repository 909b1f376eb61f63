using System.Net;

namespace Mox.Dns;

/// <summary>Questions that take more than one record type, or a name that must be made first.</summary>
public static class DnsResolverExtensions
{
    /// <summary>
    /// Asks for the addresses of a host, IPv4 and IPv6 at once; the IPv4 ones come first. One kind is enough for
    /// <see cref="DnsStatus.Ok"/>, and it is authentic when all addresses are.
    /// </summary>
    public static async ValueTask<DnsAnswer<IPAddress>> LookupAddressesAsync(this IDnsResolver resolver, DnsName name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var v4Pending = resolver.QueryAsync(name, DnsRecordTypes.A, ct).AsTask();
        var v6Pending = resolver.QueryAsync(name, DnsRecordTypes.Aaaa, ct).AsTask();
        var both = await Task.WhenAll(v4Pending, v6Pending);
        return Combined(both[0], both[1]);
    }

    /// <summary>Asks for the names of an address.</summary>
    public static ValueTask<DnsAnswer<DnsName>> LookupPtrAsync(this IDnsResolver resolver, IPAddress address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return resolver.QueryAsync(DnsName.Of(address), DnsRecordTypes.Ptr, ct);
    }

    private static DnsAnswer<IPAddress> Combined(DnsAnswer<IPAddress> v4, DnsAnswer<IPAddress> v6)
    {
        // The records that are used decide: somebody who makes one question fail must not turn the other's proof into none.
        if (v4.Status == DnsStatus.Ok && v6.Status == DnsStatus.Ok)
        {
            return v4 with
            {
                Records = [.. v4.Records, .. v6.Records],
                IsAuthentic = v4.IsAuthentic && v6.IsAuthentic,
                ExtendedError = v4.ExtendedError ?? v6.ExtendedError,
                Ttl = Shorter(v4.Ttl, v6.Ttl),
            };
        }

        if (v4.Status == DnsStatus.Ok || v6.Status == DnsStatus.Ok)
        {
            return v4.Status == DnsStatus.Ok ? v4 : v6;
        }

        // Without records, what is not known counts more than what is known not to be.
        var chosen = v4.IsTemporaryFailure || (v4.Status == DnsStatus.NxDomain && !v6.IsTemporaryFailure) ? v4
            : v6.Status == DnsStatus.NoData ? v4 : v6;
        return chosen with { IsAuthentic = v4.IsAuthentic && v6.IsAuthentic, Ttl = Shorter(v4.Ttl, v6.Ttl) };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
