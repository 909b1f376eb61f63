using System.Net;
using Mox.Dns;
using Mox.Dns.Records;

namespace Mox.Delivery.Senders;

/// <summary>
/// The names of <c>mox localserve</c>, where nobody is asked: every name has the loopback address, the loopback address has the name
/// localhost, every domain lets everybody send for it, and nothing else is published.
/// </summary>
public sealed class LocalserveNames : IDnsResolver
{
    private static readonly DnsName Localhost = DnsName.Parse("localhost");

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<T>> QueryAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(type);
        // Names like _dmarc and _domainkey are not those of hosts and senders.
        bool isService = $".{name}".Contains("._", StringComparison.Ordinal);
        object? record = type.Code switch
        {
            _ when isService => null,
            _ when type.Code == DnsRecordTypes.A.Code => IPAddress.Loopback,
            _ when type.Code == DnsRecordTypes.Aaaa.Code => IPAddress.IPv6Loopback,
            _ when type.Code == DnsRecordTypes.Txt.Code => TxtRecord.Of("v=spf1 +all"),
            _ when type.Code == DnsRecordTypes.Ptr.Code && IsLoopback(name) => Localhost,
            _ => null,
        };
        return ValueTask.FromResult(new DnsAnswer<T>
        {
            Status = record is null ? DnsStatus.NoData : DnsStatus.Ok,
            Records = record is null ? [] : [(T)record],
            CanonicalName = name,
        });
    }

    private static bool IsLoopback(DnsName name) => name == DnsName.Of(IPAddress.Loopback) || name == DnsName.Of(IPAddress.IPv6Loopback);
}
