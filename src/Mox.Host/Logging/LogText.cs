using System.Globalization;
using System.Text;

namespace Mox.Host.Logging;

/// <summary>
/// Writes values so that what a client sent cannot end a line, add a key, or reach a terminal: plain words as they are, all else between
/// quotes, with everything that does not print escaped.
/// </summary>
internal static class LogText
{
    /// <summary>The longest value written, in characters; the rest is cut and counted.</summary>
    public const int MaxLength = 8192;

    /// <summary>A value as text, for people of any country and for programs; times in UTC.</summary>
    public static string Of(object? value) => value switch
    {
        // Milliseconds: readers of logs know six digits at most.
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Appends a value, quoted when it is not a plain word.</summary>
    public static void AppendValue(StringBuilder line, ReadOnlySpan<char> value)
    {
        if (IsWord(value))
        {
            line.Append(value);
            return;
        }

        AppendQuoted(line, value);
    }

    /// <summary>Appends a value between quotes.</summary>
    public static void AppendQuoted(StringBuilder line, ReadOnlySpan<char> value)
    {
        line.Append('"');
        ReadOnlySpan<char> shown = value.Length > MaxLength ? value[..MaxLength] : value;
        while (!shown.IsEmpty)
        {
            bool isRune = Rune.DecodeFromUtf16(shown, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (isRune)
            {
                Append(line, rune);
            }
            else
            {
                // Half a surrogate pair.
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)shown[0]:x4}");
            }

            shown = shown[used..];
        }

        if (value.Length > MaxLength)
        {
            line.Append(CultureInfo.InvariantCulture, $"... (+{value.Length - MaxLength})");
        }

        line.Append('"');
    }

    /// <summary>Appends a key: letters, digits and few signs; anything else becomes an underscore.</summary>
    public static void AppendKey(StringBuilder line, string key)
    {
        foreach (char c in key.AsSpan(0, Math.Min(key.Length, 64)))
        {
            line.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? char.ToLowerInvariant(c) : '_');
        }
    }

    private static bool IsWord(ReadOnlySpan<char> value)
    {
        foreach (char c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '@' or ':' or '/' or '+' or '[' or ']' or ',' or '%'))
            {
                return false;
            }
        }

        return value.Length is > 0 and <= MaxLength;
    }

    private static void Append(StringBuilder line, Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                line.Append('\\').Append((char)rune.Value);
                break;
            case '\n':
                line.Append("\\n");
                break;
            case '\r':
                line.Append("\\r");
                break;
            case '\t':
                line.Append("\\t");
                break;
            default:
                if (Prints(rune))
                {
                    line.Append(rune.ToString());
                }
                else
                {
                    line.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
                }

                break;
        }
    }

    // Not: controls, direction marks and joiners, line separators, private and unassigned characters.
    private static bool Prints(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
