using System.Net;
using Mox.Dns.Records;

namespace Mox.Dns;

/// <summary>The record types that can be asked for. A type is added here and in its file, nowhere else.</summary>
public static class DnsRecordTypes
{
    /// <summary>IPv4 addresses.</summary>
    public static DnsRecordType<IPAddress> A => ARecord.Type;

    /// <summary>IPv6 addresses.</summary>
    public static DnsRecordType<IPAddress> Aaaa => AaaaRecord.Type;

    /// <summary>The name that this one is an alias of. Only needed to see the alias itself: all questions follow it.</summary>
    public static DnsRecordType<DnsName> Cname => CnameRecord.Type;

    /// <summary>The names of an address (<see cref="DnsName.Of(IPAddress)"/>).</summary>
    public static DnsRecordType<DnsName> Ptr => PtrRecord.Type;

    /// <summary>All of them, for commands that take a type by its name.</summary>
    public static IReadOnlyList<DnsRecordType> All { get; } = [A, Aaaa, Cname, Ptr];
}
