using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Addresses;

namespace Mox.EmailAuth.Dmarc;

/// <summary>Where reports go (RFC 7489 section 6.4): only by mail.</summary>
/// <param name="Address">The address.</param>
/// <param name="MaxBytes">The largest report that it wants; null for any.</param>
public sealed record DmarcReportAddress(Address Address, long? MaxBytes)
{
    private const string Scheme = "mailto:";

    /// <summary>Parses one URI of a list, with its size.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DmarcReportAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        text = text.Trim();
        int bang = text.LastIndexOf('!');
        long? max = null;
        if (bang >= 0 && !TrySize(text[(bang + 1)..], out max))
        {
            return false;
        }

        string uri = bang < 0 ? text : text[..bang];
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Address.TryParse(Uri.UnescapeDataString(uri[Scheme.Length..].Split('?')[0]), out var parsed))
        {
            return false;
        }

        address = new DmarcReportAddress(parsed, max);
        return true;
    }

    // 1*DIGIT [ "k" / "m" / "g" / "t" ], powers of 1024.
    private static bool TrySize(string text, out long? size)
    {
        size = null;
        int unit = text.Length == 0 ? -1 : "kmgt".IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal);
        string digits = unit < 0 ? text : text[..^1];
        if (digits.Length > 9 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        int shift = 10 * (unit + 1);
        size = number > long.MaxValue >> shift ? long.MaxValue : number << shift;
        return true;
    }
}
