using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Mox.Addresses;

/// <summary>Text to <see cref="Domain"/>: a fast way for plain ASCII, UTS 46 for the rest.</summary>
internal static class DomainParser
{
    private const int MaxLabelLength = 63;
    // Longer text cannot map to 253 ASCII characters worth having; it also bounds the work of the mapping.
    private const int MaxTextLength = 4 * Domain.MaxAsciiLength;

    private static readonly SearchValues<char> LetDigHyphenDot =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly SearchValues<char> LetDigHyphenDotUnderscore =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    public static bool TryParse([NotNullWhen(true)] string? text, bool lax, out Domain domain, [NotNullWhen(false)] out string? problem)
    {
        domain = default;
        problem = Parse(text, lax, out var ascii, out var unicode);
        if (problem is not null)
        {
            return false;
        }
        domain = new Domain(ascii, unicode);
        return text is not null;
    }

    private static string? Parse(string? text, bool lax, out string ascii, out string unicode)
    {
        ascii = unicode = "";
        if (string.IsNullOrEmpty(text))
        {
            return "it is empty";
        }
        if (text.Length > MaxTextLength)
        {
            return "it is too long";
        }
        if (Ascii.IsValid(text))
        {
            ascii = text.ToLowerInvariant();
        }
        else if (MapToAscii(text, out ascii) is { } mapping)
        {
            return mapping;
        }
        if (CheckAscii(ascii, lax) is { } syntax)
        {
            return syntax;
        }
        unicode = ascii;
        return ascii.Contains("xn--", StringComparison.Ordinal) ? MapToUnicode(ascii, out unicode) : null;
    }

    private static string? MapToAscii(string text, out string ascii)
    {
        UnicodeSupport.Require();
        ascii = "";
        try
        {
            ascii = Idn.GetAscii(text).ToLowerInvariant();
            return null;
        }
        catch (ArgumentException)
        {
            return "it has characters or labels that internationalised names may not have";
        }
    }

    /// <summary>
    /// Letters, digits and hyphens, in labels of 1 to 63 (RFC 5321 section 4.1.2, RFC 1035 section 2.3.4).
    /// </summary>
    private static string? CheckAscii(string ascii, bool lax)
    {
        if (ascii.Length > Domain.MaxAsciiLength)
        {
            return $"it is longer than {Domain.MaxAsciiLength} characters";
        }
        if (ascii.AsSpan().ContainsAnyExcept(lax ? LetDigHyphenDotUnderscore : LetDigHyphenDot))
        {
            return "only letters, digits, hyphens and dots may be in it";
        }
        if (ascii[^1] == '.')
        {
            return "it ends in a dot";
        }
        var last = ReadOnlySpan<char>.Empty;
        foreach (var range in ascii.AsSpan().Split('.'))
        {
            last = ascii.AsSpan()[range];
            if (last.IsEmpty)
            {
                return "a label is empty";
            }
            if (last.Length > MaxLabelLength)
            {
                return $"a label is longer than {MaxLabelLength} characters";
            }
            if (!lax && (last[0] == '-' || last[^1] == '-'))
            {
                return "a label begins or ends with a hyphen";
            }
        }
        // A name whose last label is a number would be taken for an IP address (RFC 1123 section 2.1).
        return !lax && !last.ContainsAnyExceptInRange('0', '9') ? "its last label is a number, as in an IP address" : null;
    }

    private static string? MapToUnicode(string ascii, out string unicode)
    {
        UnicodeSupport.Require();
        unicode = ascii;
        var result = new StringBuilder(ascii.Length);
        foreach (var range in ascii.AsSpan().Split('.'))
        {
            var label = ascii[range];
            if (label.StartsWith("xn--", StringComparison.Ordinal))
            {
                try
                {
                    var decoded = Idn.GetUnicode(label);
                    // An A-label is one only if it is what its U-label encodes to (RFC 5891 section 5.4).
                    if (Idn.GetAscii(decoded) != label || Ascii.IsValid(decoded))
                    {
                        return "an A-label (xn--) does not stand for a valid name";
                    }
                    label = decoded;
                }
                catch (ArgumentException)
                {
                    return "an A-label (xn--) does not stand for a valid name";
                }
                if (MixesDirections(label))
                {
                    return "a label mixes left-to-right and right-to-left letters";
                }
            }
            result.Append(result.Length > 0 ? "." : "").Append(label);
        }
        unicode = result.ToString();
        return null;
    }

    /// <summary>
    /// A label in a right-to-left script has no left-to-right letters, and the reverse (RFC 5893 section 2).
    /// </summary>
    private static bool MixesDirections(string label)
    {
        bool left = false, right = false;
        foreach (var rune in label.EnumerateRunes())
        {
            if (IsRightToLeft(rune.Value))
            {
                right = true;
            }
            else if (Rune.IsLetter(rune))
            {
                left = true;
            }
        }
        return left && right;
    }

    private static bool IsRightToLeft(int code) =>
        code is (>= 0x590 and <= 0x8FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF)
            or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
