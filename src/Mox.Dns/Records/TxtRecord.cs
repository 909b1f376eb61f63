using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>TXT: text that policies are written in (RFC 1035 section 3.3.14).</summary>
/// <remarks>
/// <code>
///  0 1 2 3 4 5 6 7
/// +---------------+-----------------------------------------------+
/// |    LENGTH     |                 CHARACTER-STRING              /
/// +---------------+-----------------------------------------------+
/// /                   ... more of them, to the end                /
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
public sealed class TxtRecord
{
    private readonly byte[][] _strings;

    private TxtRecord(byte[][] strings)
    {
        _strings = strings;
        Text = Encoding.UTF8.GetString([.. strings.SelectMany(part => part)]);
    }

    /// <summary>
    /// The strings joined without anything between, which is how SPF, DKIM and DMARC read them (RFC 7208 section 3.3, RFC 6376
    /// section 3.6.2.2); what is no UTF-8 has U+FFFD in its place.
    /// </summary>
    public string Text { get; }

    internal static DnsRecordType<TxtRecord> Type { get; } = new("TXT", 16, TryRead);

    /// <summary>Makes a record of a text, cut into strings where one is too short for it.</summary>
    public static TxtRecord Of(string text) => new([.. Encoding.UTF8.GetBytes(text).Chunk(byte.MaxValue)]);

    /// <summary>As in zone files: each string in quotes.</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        foreach (var part in _strings)
        {
            line.Append(line.Length > 0 ? " \"" : "\"");
            foreach (var b in part)
            {
                _ = b switch
                {
                    (byte)'"' or (byte)'\\' => line.Append('\\').Append((char)b),
                    >= 0x20 and < 0x7f => line.Append((char)b),
                    _ => line.Append('\\').Append(b.ToString("D3", System.Globalization.CultureInfo.InvariantCulture)),
                };
            }

            line.Append('"');
        }

        return line.ToString();
    }

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out TxtRecord value)
    {
        List<byte[]> strings = [];
        value = null;
        do
        {
            if (!rdata.TryBytes(1, out var length) || !rdata.TryBytes(length[0], out var part))
            {
                return false;
            }

            strings.Add(part.ToArray());
        }
        while (!rdata.IsAtEnd);
        value = new TxtRecord([.. strings]);
        return true;
    }
}
