using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Mox.Addresses;

/// <summary>
/// The grammar of localparts: Dot-string and Quoted-string with UTF-8 (RFC 5321 section 4.1.2, RFC 6531 section 3.3).
/// </summary>
internal static class LocalPartParser
{
    // atext (RFC 5322 section 3.2.3); non-ASCII is checked apart.
    private static readonly SearchValues<char> AtomText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~");

    public static bool TryParsePrefix(
        ReadOnlySpan<char> text, out LocalPart localPart, out int length, [NotNullWhen(false)] out string? problem)
    {
        localPart = default;
        var value = "";
        if (text.IsEmpty)
        {
            length = 0;
            problem = "it is empty";
        }
        else
        {
            problem = text[0] == '"' ? QuotedString(text, out value, out length) : DotString(text, out value, out length);
        }
        return problem is null && TryFromValue(value, out localPart, out problem);
    }

    private static string? DotString(ReadOnlySpan<char> text, out string value, out int length)
    {
        length = 0;
        while (length < text.Length && (AtomText.Contains(text[length]) || text[length] == '.' || text[length] >= 0x80))
        {
            length++;
        }
        var word = text[..length];
        value = "";
        if (length == 0)
        {
            return "it is empty or begins with a character that needs quotes";
        }
        if (word[0] == '.' || word[^1] == '.' || word.Contains("..", StringComparison.Ordinal))
        {
            return "a dot stands at an end or beside another dot";
        }
        value = word.ToString();
        return null;
    }

    private static string? QuotedString(ReadOnlySpan<char> text, out string value, out int length)
    {
        value = "";
        var result = new StringBuilder();
        for (length = 1; length < text.Length; length++)
        {
            var c = text[length];
            if (c == '"')
            {
                length++;
                value = result.ToString();
                return null;
            }
            if (c == '\\')
            {
                if (++length == text.Length)
                {
                    break;
                }
                c = text[length];
                if (c is < ' ' or > '~')
                {
                    return "a backslash stands before a character that cannot be quoted";
                }
            }
            if (result.Length > LocalPart.MaxOctets)
            {
                return $"it is longer than {LocalPart.MaxOctets} octets";
            }
            result.Append(c);
        }
        return "the closing quote is missing";
    }

    public static bool TryFromValue(
        [NotNullWhen(true)] string? value, out LocalPart localPart, [NotNullWhen(false)] out string? problem)
    {
        localPart = default;
        problem = Check(value);
        if (problem is not null || value is null)
        {
            problem ??= "there is none";
            return false;
        }
        if (!Ascii.IsValid(value))
        {
            UnicodeSupport.Require();
            value = value.Normalize(NormalizationForm.FormC);
            // Normalisation may lengthen.
            if (Encoding.UTF8.GetByteCount(value) > LocalPart.MaxOctets)
            {
                problem = $"it is longer than {LocalPart.MaxOctets} octets";
                return false;
            }
        }
        localPart = new LocalPart(value);
        return true;
    }

    private static string? Check(string? value)
    {
        if (value is null)
        {
            return "there is none";
        }
        if (value.Length > LocalPart.MaxOctets)
        {
            return $"it is longer than {LocalPart.MaxOctets} octets";
        }
        var octets = 0;
        for (var at = 0; at < value.Length;)
        {
            if (!Rune.TryGetRuneAt(value, at, out var rune))
            {
                return "it is not valid Unicode";
            }
            if (!IsAllowed(rune))
            {
                return "it has a control or invisible formatting character";
            }
            octets += rune.Utf8SequenceLength;
            at += rune.Utf16SequenceLength;
        }
        return octets > LocalPart.MaxOctets ? $"it is longer than {LocalPart.MaxOctets} octets" : null;
    }

    /// <summary>
    /// Not: controls, line separators, direction overrides (they hide the true order on a screen), noncharacters.
    /// </summary>
    private static bool IsAllowed(Rune rune) =>
        rune.Value is not ((>= 0x200E and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
            or (>= 0xFDD0 and <= 0xFDEF) or 0xFEFF)
        && (rune.Value & 0xFFFE) != 0xFFFE
        && Rune.GetUnicodeCategory(rune)
            is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    public static string Quote(string value)
    {
        var word = value.AsSpan();
        if (!word.IsEmpty && word[0] != '.' && word[^1] != '.' && !value.Contains("..", StringComparison.Ordinal) && IsDotText(word))
        {
            return value;
        }
        return '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
    }

    private static bool IsDotText(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (!AtomText.Contains(c) && c != '.' && c < 0x80)
            {
                return false;
            }
        }
        return true;
    }

    public static string ConfusableKey(string value)
    {
        // Folding may compose and composing may fold again, so until nothing changes; Unicode needs two rounds.
        const int MaxRounds = 4;
        for (var round = 0; round < MaxRounds; round++)
        {
            var folded = value.Normalize(NormalizationForm.FormKD)
                .ToLowerInvariant().ToUpperInvariant().ToLowerInvariant().Normalize(NormalizationForm.FormKC);
            if (folded == value)
            {
                break;
            }
            value = folded;
        }
        return value;
    }
}
