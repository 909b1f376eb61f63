using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>CAA: which certification authorities may issue for a domain (RFC 8659 section 4.1).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |     FLAGS     |   TAG LENGTH  |              TAG              /
/// +---------------+---------------+-------------------------------+
/// /                             VALUE                             /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Flags">128: who does not know the tag must not issue.</param>
/// <param name="Tag">What it is about: "issue", "issuewild", "iodef"; in lower case.</param>
/// <param name="Value">What holds for it.</param>
public sealed record CaaRecord(int Flags, string Tag, string Value)
{
    internal static DnsRecordType<CaaRecord> Type { get; } = new("CAA", 257, TryRead);

    /// <summary>Whether an authority that does not know the tag must not issue.</summary>
    public bool IsCritical => (Flags & 128) != 0;

    /// <summary>As in zone files: <c>0 issue "ca.example.net"</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Flags} {Tag} \"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out CaaRecord value)
    {
        value = rdata.TryBytes(2, out var head) && rdata.TryBytes(head[1], out var tag) && IsTag(tag) && rdata.TryBytes(rdata.Left, out var text)
            ? new CaaRecord(head[0], Encoding.ASCII.GetString(tag).ToLowerInvariant(), Encoding.UTF8.GetString(text)) : null;
        return value is not null;
    }

    private static bool IsTag(ReadOnlySpan<byte> tag)
    {
        foreach (var b in tag)
        {
            if (!char.IsAsciiLetterOrDigit((char)b))
            {
                return false;
            }
        }

        return tag.Length > 0;
    }
}
