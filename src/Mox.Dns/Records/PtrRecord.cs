using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>PTR: a name for an address (RFC 1035 section 3.3.12).</summary>
/// <remarks>
/// <code>
///  0 1 2 3 4 5 6 7 ...
/// +---------------------------------------------------------------+
/// /                   PTRDNAME (may be compressed)                /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
internal static class PtrRecord
{
    public static DnsRecordType<DnsName> Type { get; } = new("PTR", 12, TryRead);

    private static bool TryRead(ref RdataReader rdata, out DnsName value) => rdata.TryName(out value);
}
