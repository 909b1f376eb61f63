using System.Diagnostics.CodeAnalysis;
using System.Net;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>AAAA: an IPv6 address (RFC 3596 section 2.2).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                                                               |
/// |                            ADDRESS                            |
/// |                          (16 bytes)                           |
/// |                                                               |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
internal static class AaaaRecord
{
    public static DnsRecordType<IPAddress> Type { get; } = new("AAAA", 28, TryRead);

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out IPAddress value)
    {
        value = rdata.TryBytes(16, out var bytes) ? new IPAddress(bytes) : null;
        return value is not null;
    }
}
