using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>DNSKEY: a key that a zone is signed with (RFC 4034 section 2.1).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+---------------+---------------+
/// |             FLAGS             |  PROTOCOL (3) |   ALGORITHM   |
/// +-------------------------------+---------------+---------------+
/// /                           PUBLIC KEY                          /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Flags">256: a key of the zone; 1: one that the parent's DS names.</param>
/// <param name="Protocol">Always 3.</param>
/// <param name="Algorithm">As in <see cref="DsRecord.Algorithm"/>.</param>
/// <param name="PublicKey">In the algorithm's own form.</param>
public sealed record DnsKeyRecord(int Flags, int Protocol, int Algorithm, ReadOnlyMemory<byte> PublicKey)
{
    internal static DnsRecordType<DnsKeyRecord> Type { get; } = new("DNSKEY", 48, TryRead);

    /// <summary>As in zone files: "257 3 13 mdsswUyr3...".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Flags} {Protocol} {Algorithm} {Convert.ToBase64String(PublicKey.Span)}");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out DnsKeyRecord value)
    {
        value = rdata.TryUInt16(out var flags) && rdata.TryBytes(2, out var head) && rdata.Left > 0 && rdata.TryBytes(rdata.Left, out var key)
            ? new DnsKeyRecord(flags, head[0], head[1], key.ToArray()) : null;
        return value is not null;
    }
}
