using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>CNAME: the canonical name of an alias (RFC 1035 section 3.3.1).</summary>
/// <remarks>
/// <code>
///  0 1 2 3 4 5 6 7 ...
/// +---------------------------------------------------------------+
/// /                     CNAME (may be compressed)                 /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
internal static class CnameRecord
{
    public static DnsRecordType<DnsName> Type { get; } = new("CNAME", 5, TryRead);

    private static bool TryRead(ref RdataReader rdata, out DnsName value) => rdata.TryName(out value);
}
