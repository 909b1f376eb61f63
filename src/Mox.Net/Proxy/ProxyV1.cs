using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mox.Net.Proxy;

/// <summary>Version 1, a line of text: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 25</c>, or <c>PROXY UNKNOWN</c> and anything.</summary>
internal static class ProxyV1
{
    /// <summary>With CRLF; the longest that the specification knows.</summary>
    public const int MaxBytes = 107;

    // Dots too: an IPv4 address in an IPv6 one is written with them. No zones, brackets and prefix lengths.
    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeaderParser.CanBegin(bytes, Prefix))
        {
            return ProxyHeaderStatus.Bad;
        }

        int end = bytes[..Math.Min(bytes.Length, MaxBytes)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < MaxBytes ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Bad;
        }

        return end >= Prefix.Length && TryLine(Encoding.Latin1.GetString(bytes[Prefix.Length..end]), end + 2, out header)
            ? ProxyHeaderStatus.Complete : ProxyHeaderStatus.Bad;
    }

    private static bool TryLine(string line, int length, out ProxyHeader header)
    {
        header = new ProxyHeader(length, null, null);
        string[] fields = line.Split(' ');
        if (fields[0] == "UNKNOWN")
        {
            return true;
        }

        AddressFamily family = fields[0] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        if (fields.Length != 5
            || !TryAddress(fields[1], family, out IPAddress source) || !TryAddress(fields[2], family, out IPAddress destination)
            || !TryPort(fields[3], out int sourcePort) || !TryPort(fields[4], out int destinationPort))
        {
            return false;
        }

        header = new ProxyHeader(
            length, ProxyHeaderParser.EndPoint(source, sourcePort), ProxyHeaderParser.EndPoint(destination, destinationPort));
        return true;
    }

    // .NET takes more than the specification: "1", "0x7f.1", "010.0.0.1", "[::1]", "fe80::1%2".
    private static bool TryAddress(string text, AddressFamily family, out IPAddress address)
    {
        bool isWellFormed = IPAddress.TryParse(text, out IPAddress? parsed) && parsed.AddressFamily == family
            && (family == AddressFamily.InterNetworkV6 ? !text.AsSpan().ContainsAnyExcept(Ipv6Characters) : parsed.ToString() == text);
        address = parsed ?? IPAddress.None;
        return isWellFormed;
    }

    private static bool TryPort(string text, out int port)
    {
        bool isNumber = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
        port = number;
        return isNumber && (text.Length == 1 || text[0] != '0');
    }
}
