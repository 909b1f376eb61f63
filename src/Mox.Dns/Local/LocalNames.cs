using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Mox.Dns.Local;

/// <summary>Names that no server is asked about: this machine's (RFC 6761 section 6.3), those of the hosts file, those that never exist.</summary>
internal static class LocalNames
{
    private static readonly DnsName Localhost = DnsName.Parse("localhost");
    private static readonly DnsName LoopbackV4 = DnsName.Parse("127.in-addr.arpa");
    private static readonly DnsName LoopbackV6 = DnsName.Of(IPAddress.IPv6Loopback);

    // (RFC 6761 section 6.4, RFC 7686 section 2)
    private static readonly DnsName[] Nonexistent = [DnsName.Parse("invalid"), DnsName.Parse("onion")];

    /// <summary>Answers a question that needs no server; false when it needs one.</summary>
    public static bool TryAnswer<T>(DnsName name, DnsRecordType<T> type, HostsTable hosts, [NotNullWhen(true)] out DnsAnswer<T>? answer)
    {
        answer = Array.Exists(Nonexistent, name.IsOrIsUnder) ? Answer(name, DnsStatus.NxDomain, Array.Empty<T>())
            : Addresses(name, hosts) is { } addresses && type is DnsRecordType<IPAddress> ? Answer(name, [.. addresses.Where(a => IsOf(a, type)).Cast<T>()])
            : Names(name, hosts) is { } names && type is DnsRecordType<DnsName> { Name: "PTR" } ? Answer(name, [.. names.Cast<T>()])
            : name.IsOrIsUnder(Localhost) ? Answer<T>(name, [])
            : null;
        return answer is not null;
    }

    private static IReadOnlyList<IPAddress>? Addresses(DnsName name, HostsTable hosts) =>
        name.IsOrIsUnder(Localhost) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : hosts.Addresses(name);

    private static IReadOnlyList<DnsName>? Names(DnsName name, HostsTable hosts) =>
        hosts.Names(name) ?? (name.IsOrIsUnder(LoopbackV4) || name == LoopbackV6 ? [Localhost] : null);

    private static bool IsOf(IPAddress address, DnsRecordType type) =>
        address.AddressFamily == (type == DnsRecordTypes.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);

    // What the operator wrote into a file of this machine needs no other proof.
    private static DnsAnswer<T> Answer<T>(DnsName name, IReadOnlyList<T> records) =>
        Answer(name, records.Count > 0 ? DnsStatus.Ok : DnsStatus.NoData, records);

    private static DnsAnswer<T> Answer<T>(DnsName name, DnsStatus status, IReadOnlyList<T> records) =>
        new() { Status = status, Records = records, CanonicalName = name, IsAuthentic = true };
}
