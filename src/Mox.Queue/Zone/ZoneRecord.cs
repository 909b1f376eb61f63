using System.Globalization;
using System.Text;
using Mox.Dns;

namespace Mox.Queue;

/// <summary>A DNS record that makes mail for a domain come here, or mail from it believed.</summary>
public sealed record ZoneRecord
{
    /// <summary>How long it may be kept, in seconds: short, so that a mistake is soon mended.</summary>
    public const int Ttl = 300;

    // A string of a TXT record may have 255 octets; shorter ones stay in one line of a terminal (RFC 1035 section 3.3.14).
    private const int MaxStringLength = 100;

    /// <summary>What it is for.</summary>
    public required ZoneRecordKind Kind { get; init; }

    /// <summary>Its name.</summary>
    public required DnsName Name { get; init; }

    /// <summary>What it says: of a TXT record the text, of others what zone files say.</summary>
    public required string Value { get; init; }

    /// <summary>For the one who writes it into the zone, a line each.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>MX or TXT.</summary>
    public string Type => Kind == ZoneRecordKind.Mx ? "MX" : "TXT";

    /// <summary>As a zone file has it, without a line break at the end; long texts take several lines (RFC 1035 section 5.1).</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{Name}\t{Ttl}\tIN\t{Type}\t");
        if (Type == "MX")
        {
            return line.Append(Value).ToString();
        }

        string[] strings = [.. Value.Chunk(MaxStringLength).Select(part => Quoted(new string(part)))];
        return line.Append(strings.Length == 1 ? strings[0] : $"( {string.Join("\n\t\t", strings)} )").ToString();
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <summary>What a record of a domain is for.</summary>
public enum ZoneRecordKind
{
    /// <summary>Which host takes its mail.</summary>
    Mx,

    /// <summary>Which hosts send its mail.</summary>
    Spf,

    /// <summary>That the host may greet with its name.</summary>
    HostSpf,

    /// <summary>A key that its mail is signed with.</summary>
    Dkim,

    /// <summary>What others do with mail that is not from it.</summary>
    Dmarc,
}
