using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Mox.Imap;

/// <summary>Mailbox names on the wire for clients that have not enabled UTF-8 (RFC 3501 section 5.1.3).</summary>
internal static class ModifiedUtf7
{
    /// <summary>Encodes: printable ASCII stands for itself, <c>&amp;</c> is <c>&amp;-</c>, the rest is base64 of UTF-16.</summary>
    public static string Encode(string name)
    {
        if (!name.AsSpan().ContainsAnyExceptInRange(' ', '~') && !name.Contains('&', StringComparison.Ordinal))
        {
            return name;
        }
        var text = new StringBuilder(name.Length + 16);
        for (int i = 0; i < name.Length;)
        {
            if (name[i] is >= ' ' and <= '~')
            {
                text.Append(name[i] == '&' ? "&-" : name[i]);
                i++;
                continue;
            }
            int end = i;
            while (end < name.Length && name[end] is < ' ' or > '~')
            {
                end++;
            }
            string base64 = Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(name[i..end])).TrimEnd('=');
            text.Append('&').Append(base64.Replace('/', ',')).Append('-');
            i = end;
        }
        return text.ToString();
    }

    /// <summary>
    /// Decodes; false when it is not modified UTF-7: an unfinished shift, bad base64, bits left over, half a surrogate
    /// pair, 8-bit bytes, or printable ASCII that was shifted (there is one way to write a name).
    /// </summary>
    public static bool TryDecode(string encoded, out string name)
    {
        name = encoded;
        if (encoded.AsSpan().ContainsAnyExceptInRange('\0', '\x7f'))
        {
            return false;
        }
        if (!encoded.Contains('&', StringComparison.Ordinal))
        {
            return true;
        }
        var text = new StringBuilder(encoded.Length);
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '&')
            {
                text.Append(encoded[i]);
                continue;
            }
            int end = encoded.IndexOf('-', i + 1);
            if (end < 0 || !TryShifted(encoded.AsSpan(i + 1, end - i - 1), text))
            {
                return false;
            }
            i = end;
        }
        name = text.ToString();
        return true;
    }

    private static bool TryShifted(ReadOnlySpan<char> shifted, StringBuilder text)
    {
        if (shifted.IsEmpty)
        {
            text.Append('&');
            return true;
        }
        string base64 = shifted.ToString().Replace(',', '/');
        if (shifted.ContainsAny('/', '=') || shifted.Length % 4 == 1 || !TryBase64(base64, out byte[] utf16)
            || utf16.Length % 2 != 0)
        {
            return false;
        }
        // The bits that fill up the last character must be zero: encoding again has to give the same text.
        if (Convert.ToBase64String(utf16).TrimEnd('=') != base64)
        {
            return false;
        }
        var part = new char[utf16.Length / 2];
        for (int i = 0; i < part.Length; i++)
        {
            part[i] = (char)BinaryPrimitives.ReadUInt16BigEndian(utf16.AsSpan(2 * i));
            if (part[i] is >= ' ' and <= '~')
            {
                return false;
            }
        }
        for (int i = 0; i < part.Length; i++)
        {
            if (char.IsSurrogate(part[i]) && (i + 1 >= part.Length || !char.IsSurrogatePair(part[i], part[++i])))
            {
                return false;
            }
        }
        text.Append(part);
        return true;
    }

    private static bool TryBase64(string base64, out byte[] bytes)
    {
        bytes = [];
        string padded = base64.PadRight((base64.Length + 3) / 4 * 4, '=');
        if (!Base64.IsValid(padded))
        {
            return false;
        }
        bytes = Convert.FromBase64String(padded);
        return true;
    }
}
