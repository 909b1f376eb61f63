using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>NS: a name server of a zone (RFC 1035 section 3.3.11).</summary>
/// <remarks>
/// <code>
///  0 1 2 3 4 5 6 7 ...
/// +---------------------------------------------------------------+
/// /                    NSDNAME (may be compressed)                /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
internal static class NsRecord
{
    public static DnsRecordType<DnsName> Type { get; } = new("NS", 2, TryRead);

    private static bool TryRead(ref RdataReader rdata, out DnsName value) => rdata.TryName(out value);
}
