using System.Net;

namespace Mox.Net.Proxy;

/// <summary>Reads the header that a proxy sends before a connection's first byte (the PROXY protocol of HAProxy, versions 1 and 2).</summary>
/// <remarks>Holds nothing: it is asked again, from the first byte on, when more has come. The answer for a header and all behind it is the same.</remarks>
internal static class ProxyHeaderParser
{
    /// <summary>No header is longer; of more bytes than these the rest is not looked at.</summary>
    public const int MaxBytes = ProxyV2.MaxBytes;

    /// <summary>Looks at all bytes of the connection so far.</summary>
    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        return bytes.IsEmpty ? ProxyHeaderStatus.Incomplete
            : bytes[0] == ProxyV1.Prefix[0] ? ProxyV1.Parse(bytes, out header)
            : ProxyV2.Parse(bytes, out header);
    }

    /// <summary>Whether the bytes agree with those that a header begins with, as far as both go.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> prefix)
    {
        int count = Math.Min(bytes.Length, prefix.Length);
        return bytes[..count].SequenceEqual(prefix[..count]);
    }

    /// <summary>An end of a connection; IPv4 in IPv6 is IPv4, as limits and logs know it.</summary>
    public static IPEndPoint EndPoint(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
}
