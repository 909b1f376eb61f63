using System.Globalization;
using System.Text;

namespace Mox.Smtp;

/// <summary><c>xtext</c>: printable ASCII, with <c>+HH</c> for the rest and for <c>+</c> and <c>=</c> (RFC 3461 section 4).</summary>
public static class XText
{
    /// <summary>Encodes the octets of <paramref name="text"/> in UTF-8.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 8);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is > 32 and < 127 and not ((byte)'+' or (byte)'=')
                ? encoded.Append((char)b)
                : encoded.Append(CultureInfo.InvariantCulture, $"+{b:X2}");
        }
        return encoded.ToString();
    }

    /// <summary>Decodes; false for what is no xtext, or whose octets are no UTF-8.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out string decoded)
    {
        decoded = "";
        if (!SmtpScanner.IsXText(text))
        {
            return false;
        }
        var bytes = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bytes[length++] = text[i] == '+' ? (byte)((Hex(text[++i]) << 4) | Hex(text[++i])) : text[i];
        }
        if (!System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return false;
        }
        decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    private static int Hex(byte digit) => digit <= '9' ? digit - '0' : digit - 'A' + 10;
}
