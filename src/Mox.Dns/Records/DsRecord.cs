using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>DS: the key that a signed child zone is trusted by (RFC 4034 section 5.1).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+---------------+---------------+
/// |            KEY TAG            |   ALGORITHM   |  DIGEST TYPE  |
/// +-------------------------------+---------------+---------------+
/// /                             DIGEST                            /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="KeyTag">Tells keys apart, mostly.</param>
/// <param name="Algorithm">Of the key; 8: RSA with SHA-256, 13: ECDSA P-256, 15: Ed25519.</param>
/// <param name="DigestType">2: SHA-256, 4: SHA-384.</param>
/// <param name="Digest">Of the key.</param>
public sealed record DsRecord(int KeyTag, int Algorithm, int DigestType, ReadOnlyMemory<byte> Digest)
{
    internal static DnsRecordType<DsRecord> Type { get; } = new("DS", 43, TryRead);

    /// <summary>As in zone files: "60485 5 1 2bb1...".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{KeyTag} {Algorithm} {DigestType} {Convert.ToHexStringLower(Digest.Span)}");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out DsRecord value)
    {
        value = rdata.TryUInt16(out var tag) && rdata.TryBytes(2, out var head) && rdata.Left > 0 && rdata.TryBytes(rdata.Left, out var digest)
            ? new DsRecord(tag, head[0], head[1], digest.ToArray()) : null;
        return value is not null;
    }
}
