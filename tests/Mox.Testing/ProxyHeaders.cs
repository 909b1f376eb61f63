using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Mox.Testing;

/// <summary>Writes the headers that a proxy sends (HAProxy's PROXY protocol).</summary>
public static class ProxyHeaders
{
    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Version 1: a line of text. IPv4 and IPv6 by the source.</summary>
    public static byte[] V1(IPEndPoint source, IPEndPoint destination) => Encoding.ASCII.GetBytes(
        $"PROXY {(Size(source) == 4 ? "TCP4" : "TCP6")} {source.Address} {destination.Address} {source.Port} {destination.Port}\r\n");

    /// <summary>Version 2 of a TCP connection, with fields behind the addresses.</summary>
    public static byte[] V2(IPEndPoint source, IPEndPoint destination, params byte[][] fields)
    {
        byte[] ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)destination.Port);
        byte[] block = [.. source.Address.GetAddressBytes(), .. destination.Address.GetAddressBytes(), .. ports, .. fields.SelectMany(f => f)];
        return V2(0x21, Size(source) == 4 ? (byte)0x11 : (byte)0x21, block);
    }

    /// <summary>Version 2 of any kind.</summary>
    public static byte[] V2(byte versionAndCommand, byte family, byte[] block)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)block.Length);
        return [.. Signature, versionAndCommand, family, .. length, .. block];
    }

    /// <summary>A type-length-value field.</summary>
    public static byte[] Field(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static int Size(IPEndPoint endPoint) => endPoint.Address.GetAddressBytes().Length;
}
