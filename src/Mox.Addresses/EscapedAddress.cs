using System.Globalization;
using System.Text;

namespace Mox.Addresses;

/// <summary>An international address where only ASCII may stand, and no space: the form utf-8-addr-xtext (RFC 6533 section 3).</summary>
public static class EscapedAddress
{
    /// <summary>Writes what is not plain ASCII as <c>\x{F8}</c>.</summary>
    public static string Encode(ReadOnlySpan<char> address)
    {
        var text = new StringBuilder(address.Length);
        foreach (Rune rune in address.EnumerateRunes())
        {
            bool isPlain = rune.Value is > 0x20 and < 0x7f and not ('+' or '=' or '\\');
            _ = isPlain ? text.Append(rune) : text.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}");
        }

        return text.ToString();
    }
}
