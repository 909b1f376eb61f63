using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>MX: a host that takes mail for a domain (RFC 1035 section 3.3.9).</summary>
/// <remarks>
/// <code>
///  0                   1
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
/// +-------------------------------+-------------------------------+
/// |           PREFERENCE          |  EXCHANGE (may be compressed) /
/// +-------------------------------+-------------------------------+
/// </code>
/// </remarks>
/// <param name="Preference">The lowest is tried first.</param>
/// <param name="Exchange">The host.</param>
public sealed record MxRecord(int Preference, DnsName Exchange)
{
    /// <summary>Whether the domain says with this record that it takes no mail (RFC 7505 section 3).</summary>
    public bool IsNull => Exchange == DnsName.Root;

    internal static DnsRecordType<MxRecord> Type { get; } = new("MX", 15, TryRead);

    /// <summary>As in zone files: "10 mail.example.org.".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Preference} {Exchange}");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out MxRecord value)
    {
        value = rdata.TryUInt16(out var preference) && rdata.TryName(out var exchange) ? new MxRecord(preference, exchange) : null;
        return value is not null;
    }
}
