using System.Globalization;
using System.Text;

namespace Mox.Smtp.Client;

/// <summary>A peer's words in a form that is fit for logs and reports.</summary>
internal static class SafeText
{
    /// <summary>The longest text kept, in characters.</summary>
    public const int MaxChars = 1024;

    /// <summary>One line: control, format and unassigned characters, and what is no UTF-8, become question marks.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Of(Encoding.UTF8.GetString(bytes));

    /// <summary>The same of a text.</summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value == '\t' ? safe.Append(' ') : IsSafe(rune) ? safe.Append(rune) : safe.Append('?');
        }
        return safe.ToString();
    }

    /// <summary>At most <see cref="MaxChars"/> of a text.</summary>
    public static string Cut(string text) =>
        text.Length <= MaxChars ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaxChars - 1]) ? MaxChars - 1 : MaxChars), "...");

    // Format characters turn the direction of what follows in a terminal; lines end in more ways than CR and LF.
    private static bool IsSafe(Rune rune) => rune.IsAscii ? rune.Value is >= 0x20 and < 0x7f : rune.Value != 0xfffd
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
