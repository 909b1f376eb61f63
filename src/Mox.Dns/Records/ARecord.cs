using System.Diagnostics.CodeAnalysis;
using System.Net;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>A: an IPv4 address (RFC 1035 section 3.4.1).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                            ADDRESS                            |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
internal static class ARecord
{
    public static DnsRecordType<IPAddress> Type { get; } = new("A", 1, TryRead);

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out IPAddress value)
    {
        value = rdata.TryBytes(4, out var bytes) ? new IPAddress(bytes) : null;
        return value is not null;
    }
}
