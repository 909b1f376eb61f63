using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>TLSA: the certificate or key of a TLS server (RFC 6698 section 2.1).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |     USAGE     |    SELECTOR   | MATCHING TYPE |               /
/// +---------------+---------------+---------------+               /
/// /                  CERTIFICATE ASSOCIATION DATA                 /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Usage">Which certificate of the chain is meant, and whether a CA must vouch for it: 0 to 3.</param>
/// <param name="Selector">0: the certificate; 1: its public key.</param>
/// <param name="MatchingType">0: as it is; 1: its SHA-256; 2: its SHA-512.</param>
/// <param name="Association">What must match.</param>
public sealed record TlsaRecord(int Usage, int Selector, int MatchingType, ReadOnlyMemory<byte> Association)
{
    internal static DnsRecordType<TlsaRecord> Type { get; } = new("TLSA", 52, TryRead);

    /// <summary>As in zone files: "3 1 1 0d6f...".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Usage} {Selector} {MatchingType} {Convert.ToHexStringLower(Association.Span)}");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out TlsaRecord value)
    {
        value = rdata.TryBytes(3, out var head) && rdata.Left > 0 && rdata.TryBytes(rdata.Left, out var data)
            ? new TlsaRecord(head[0], head[1], head[2], data.ToArray()) : null;
        return value is not null;
    }
}
