using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mox.Smtp.Server.Commands;

/// <summary>Reads ORCPT: <c>addr-type ";" xtext</c> (RFC 3461 section 4.2), with the form for UTF-8 addresses (RFC 6533 section 3).</summary>
/// <remarks>What is read goes into reports, so nothing but printable characters comes through.</remarks>
internal static class OriginalRecipientText
{
    // Of the value in its encoded form (RFC 3461 section 4.2).
    private const int MaxBytes = 500;
    private const string Utf8Type = "utf-8";

    // atom (RFC 5322 section 3.2.3), without "=" and "+", which the parameter's own grammar keeps for itself.
    private static readonly SearchValues<byte> TypeBytes =
        SearchValues.Create("!#$%&'*-/0123456789?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~."u8);

    /// <summary>The recipient, or null for what is none.</summary>
    public static OriginalRecipient? TryParse(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)';');
        if (value.Length > MaxBytes || end <= 0 || value[..end].IndexOfAnyExcept(TypeBytes) >= 0)
        {
            return null;
        }
        string type = Encoding.ASCII.GetString(value[..end]).ToLowerInvariant();
        bool isUtf8 = type == Utf8Type;
        var text = value[(end + 1)..];
        if (!TryDecode(text, isUtf8, out string address) || (isUtf8 && !TryUnescape(address, out address)))
        {
            return null;
        }
        bool isPrintable = isUtf8 ? address.EnumerateRunes().All(IsVisible) : IsPrintable(address);
        return isPrintable && address.Length > 0 ? new OriginalRecipient(type, address) : null;
    }

    /// <summary>Printable ASCII and spaces: all that an identifier may have (RFC 3461 section 4.4).</summary>
    public static bool IsPrintable(string text) => text.All(c => c is >= ' ' and <= '~');

    // Where SMTPUTF8 is used, such an address may come as it is.
    private static bool TryDecode(ReadOnlySpan<byte> text, bool isUtf8, out string decoded)
    {
        if (!isUtf8 || Ascii.IsValid(text))
        {
            return XText.TryDecode(text, out decoded);
        }
        bool isValid = System.Text.Unicode.Utf8.IsValid(text) && !text.Contains((byte)'+');
        decoded = isValid ? Encoding.UTF8.GetString(text) : "";
        return isValid;
    }

    // EmbeddedUnicodeChar = "\x{" HEXPOINT "}"; the backslash stands nowhere else.
    private static bool TryUnescape(string text, out string unescaped)
    {
        unescaped = "";
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }
            int close = text.IndexOf('}', i);
            if (close < 0 || !text.AsSpan(i).StartsWith(@"\x{") || close - i - 3 is < 2 or > 6
                || !int.TryParse(text.AsSpan(i + 3, close - i - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int point)
                || !Rune.IsValid(point))
            {
                return false;
            }
            result.Append(new Rune(point));
            i = close;
        }
        unescaped = result.ToString();
        return true;
    }

    // Neither controls nor marks that turn the direction of the text around them.
    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
