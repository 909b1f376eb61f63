using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mox.Smtp;

/// <summary>What stands between the brackets of an address literal (RFC 5321 section 4.1.3).</summary>
internal static class AddressLiteral
{
    private static readonly SearchValues<byte> V4Bytes = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> V6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Takes dotted IPv4 and tagged IPv6, or untagged IPv6 where that is allowed; nothing that only some parsers take.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUntagged, out IPAddress address)
    {
        address = IPAddress.None;
        bool tagged = text.Length > 5 && Ascii.EqualsIgnoreCase(text[..5], "IPv6:"u8);
        var digits = tagged ? text[5..] : text;
        bool isV6 = tagged || (allowUntagged && digits.Contains((byte)':'));
        // Only plain forms: no scope, no octal or shortened IPv4, which IPAddress would take.
        if (digits.Length > 45 || digits.IndexOfAnyExcept(isV6 ? V6Bytes : V4Bytes) >= 0 || (!isV6 && !IsDottedQuad(digits)))
        {
            return false;
        }
        Span<char> chars = stackalloc char[digits.Length];
        Encoding.ASCII.GetChars(digits, chars);
        return IPAddress.TryParse(chars, out address!)
            && address.AddressFamily == (isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    private static bool IsDottedQuad(ReadOnlySpan<byte> text)
    {
        int parts = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0'))
            {
                return false;
            }
        }
        return parts == 4;
    }
}
