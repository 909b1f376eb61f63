using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>SRV: where a service is (RFC 2782).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |            PRIORITY           |             WEIGHT            |
/// +-------------------------------+-------------------------------+
/// |              PORT             |    TARGET (not compressed)    /
/// +-------------------------------+-------------------------------+
/// </code>
/// </remarks>
/// <param name="Priority">The lowest is tried first.</param>
/// <param name="Weight">Its share among those of the same priority.</param>
/// <param name="Port">The port.</param>
/// <param name="Target">The host; the root when the service is not offered.</param>
public sealed record SrvRecord(int Priority, int Weight, int Port, DnsName Target)
{
    internal static DnsRecordType<SrvRecord> Type { get; } = new("SRV", 33, TryRead);

    /// <summary>As in zone files: "0 1 993 mail.example.org.".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Priority} {Weight} {Port} {Target}");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out SrvRecord value)
    {
        value = rdata.TryUInt16(out var priority) && rdata.TryUInt16(out var weight) && rdata.TryUInt16(out var port)
            && rdata.TryName(out var target)
            ? new SrvRecord(priority, weight, port, target) : null;
        return value is not null;
    }
}
