using System.Globalization;

namespace Mox.Smtp.Client;

/// <summary>What a server offers: its reply to EHLO (RFC 5321 section 4.1.1.1).</summary>
public sealed record SmtpExtensions
{
    // More names than there are mechanisms; a server that lists more is playing.
    private const int MaxMechanisms = 64;

    /// <summary>A server that knows HELO only.</summary>
    public static SmtpExtensions None { get; } = new();

    /// <summary>The largest message it takes, in bytes; 0: no limit told; null: SIZE is not offered (RFC 1870).</summary>
    public long? Size { get; private set; }

    /// <summary>RFC 2920.</summary>
    public bool Pipelining { get; private set; }

    /// <summary>8BITMIME (RFC 6152).</summary>
    public bool EightBitMime { get; private set; }

    /// <summary>RFC 6531.</summary>
    public bool SmtpUtf8 { get; private set; }

    /// <summary>RFC 3461.</summary>
    public bool Dsn { get; private set; }

    /// <summary>BDAT (RFC 3030).</summary>
    public bool Chunking { get; private set; }

    /// <summary>Any octets, by BDAT (RFC 3030 section 3).</summary>
    public bool BinaryMime { get; private set; }

    /// <summary>RFC 3207.</summary>
    public bool StartTls { get; private set; }

    /// <summary>RFC 2034.</summary>
    public bool EnhancedStatusCodes { get; private set; }

    /// <summary>RFC 8689.</summary>
    public bool RequireTls { get; private set; }

    /// <summary>The SASL mechanisms, in upper case, in the server's order; empty without AUTH (RFC 4954).</summary>
    public IReadOnlyList<string> Mechanisms { get; private set; } = [];

    /// <summary>Most recipients of a transaction; null: not told (RFC 9422 section 4.2).</summary>
    public int? LimitsRcptMax { get; private set; }

    /// <summary>Most transactions of a session; null: not told (RFC 9422 section 4.1).</summary>
    public int? LimitsMailMax { get; private set; }

    /// <summary>Reads the lines after the first of a reply to EHLO, without their codes. What is unknown or malformed is passed over.</summary>
    public static SmtpExtensions Parse(IEnumerable<string> lines)
    {
        var extensions = new SmtpExtensions();
        foreach (string line in lines)
        {
            // AUTH=LOGIN: how servers of the last century wrote it, and some still do.
            bool isOldAuth = line.StartsWith("AUTH=", StringComparison.OrdinalIgnoreCase);
            var words = (isOldAuth ? "AUTH " + line[5..] : line).Split([' ', '\t'], MaxMechanisms, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                extensions.Add(words[0].ToUpperInvariant(), words.AsSpan(1));
            }
        }
        return extensions;
    }

    private void Add(string keyword, ReadOnlySpan<string> values)
    {
        switch (keyword)
        {
            case "SIZE": Size = values.Length > 0 ? Number(values[0]) ?? 0 : 0; break;
            case "PIPELINING": Pipelining = true; break;
            case "8BITMIME": EightBitMime = true; break;
            case "SMTPUTF8": SmtpUtf8 = true; break;
            case "DSN": Dsn = true; break;
            case "CHUNKING": Chunking = true; break;
            case "BINARYMIME": BinaryMime = true; break;
            case "STARTTLS": StartTls = true; break;
            case "ENHANCEDSTATUSCODES": EnhancedStatusCodes = true; break;
            case "REQUIRETLS": RequireTls = true; break;
            case "AUTH": AddMechanisms(values); break;
            case "LIMITS": AddLimits(values); break;
            default: break;
        }
    }

    private void AddMechanisms(ReadOnlySpan<string> values)
    {
        var all = new List<string>(Mechanisms);
        foreach (string value in values)
        {
            string name = value.ToUpperInvariant();
            if (all.Count < MaxMechanisms && !all.Contains(name))
            {
                all.Add(name);
            }
        }
        Mechanisms = all;
    }

    private void AddLimits(ReadOnlySpan<string> values)
    {
        foreach (string value in values)
        {
            int equals = value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || Number(value[(equals + 1)..]) is not (> 0 and <= int.MaxValue and var limit))
            {
                continue;
            }
            switch (value[..equals].ToUpperInvariant())
            {
                case "RCPTMAX": LimitsRcptMax = (int)limit; break;
                case "MAILMAX": LimitsMailMax = (int)limit; break;
                default: break;
            }
        }
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
