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

    /// <summary>The hosts that take a domain's mail.</summary>
    public static DnsRecordType<MxRecord> Mx => MxRecord.Type;

    /// <summary>A zone's name servers.</summary>
    public static DnsRecordType<DnsName> Ns => NsRecord.Type;

    /// <summary>A zone's beginning.</summary>
    public static DnsRecordType<SoaRecord> Soa => SoaRecord.Type;

    /// <summary>Text: SPF, DKIM, DMARC and other policies.</summary>
    public static DnsRecordType<TxtRecord> Txt => TxtRecord.Type;

    /// <summary>Where a service is.</summary>
    public static DnsRecordType<SrvRecord> Srv => SrvRecord.Type;

    /// <summary>Certificates of TLS servers (DANE).</summary>
    public static DnsRecordType<TlsaRecord> Tlsa => TlsaRecord.Type;

    /// <summary>Who may issue certificates.</summary>
    public static DnsRecordType<CaaRecord> Caa => CaaRecord.Type;

    /// <summary>Keys of signed child zones.</summary>
    public static DnsRecordType<DsRecord> Ds => DsRecord.Type;

    /// <summary>Keys of signed zones.</summary>
    public static DnsRecordType<DnsKeyRecord> DnsKey => DnsKeyRecord.Type;

    /// <summary>All of them, for commands that take a type by its name.</summary>
    public static IReadOnlyList<DnsRecordType> All { get; } = [A, Aaaa, Caa, Cname, DnsKey, Ds, Mx, Ns, Ptr, Soa, Srv, Tlsa, Txt];

    /// <summary>Finds a type by its name, in any case; null when it is none that can be asked for.</summary>
    public static DnsRecordType? Find(string name) => All.FirstOrDefault(type => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
