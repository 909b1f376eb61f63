using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Mox.Net.Proxy;

/// <summary>Version 2, binary: a signature, command, family, length, then the addresses and type-length-value fields.</summary>
/// <remarks>Of the fields only the checksum means something here; the others (TLS at the proxy, names of clouds) are skipped.</remarks>
internal static class ProxyV2
{
    /// <summary>
    /// The specification allows 64 KiB behind the fixed part; proxies send up to some KiB, where they pass a client's certificate on.
    /// </summary>
    public const int MaxBytes = FixedBytes + (16 * 1024);

    private const int FixedBytes = 16;
    private const int VersionAndCommandAt = 12;
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;

    private const int FieldHeadBytes = 3;
    private const byte ChecksumField = 0x03;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeaderParser.CanBegin(bytes, Signature)
            || (bytes.Length > VersionAndCommandAt && bytes[VersionAndCommandAt] is not (Local or Proxy)))
        {
            return ProxyHeaderStatus.Bad;
        }

        if (bytes.Length < FixedBytes)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        int length = FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (length > MaxBytes)
        {
            return ProxyHeaderStatus.Bad;
        }

        return bytes.Length < length ? ProxyHeaderStatus.Incomplete
            : TryWhole(bytes[..length], out header) ? ProxyHeaderStatus.Complete
            : ProxyHeaderStatus.Bad;
    }

    private static bool TryWhole(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = new ProxyHeader(bytes.Length, null, null);
        byte family = bytes[13];
        if (bytes[VersionAndCommandAt] == Local)
        {
            // The proxy itself, to see whether we live: the specification has the rest ignored, the family too.
            return true;
        }

        if (AddressBytes(family) is not { } addressBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> block = bytes[FixedBytes..];
        if (addressBytes == 0)
        {
            return true;
        }

        if (block.Length < addressBytes || !AreFields(bytes, FixedBytes + addressBytes))
        {
            return false;
        }

        // Other families (UDP, Unix sockets) are valid, and say nothing about a TCP connection.
        if (family is Tcp4 or Tcp6)
        {
            int size = family == Tcp4 ? 4 : 16;
            header = new ProxyHeader(bytes.Length, EndPoint(block, 0, size, 2 * size), EndPoint(block, size, size, (2 * size) + 2));
        }

        return true;
    }

    /// <summary>How long the addresses of a family are; null: there is no such family or transport.</summary>
    private static int? AddressBytes(byte family) => (family >> 4, family & 0x0f) switch
    {
        (0, <= 2) => 0,
        (1, <= 2) => 12,
        (2, <= 2) => 36,
        (3, <= 2) => 216,
        _ => null,
    };

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> block, int addressAt, int size, int portAt) =>
        ProxyHeaderParser.EndPoint(new IPAddress(block.Slice(addressAt, size)), BinaryPrimitives.ReadUInt16BigEndian(block[portAt..]));

    // At most one checksum, and it must be right; every field must end where the next begins, or the header ends.
    private static bool AreFields(ReadOnlySpan<byte> bytes, int at)
    {
        bool hasChecksum = false;
        while (at < bytes.Length)
        {
            if (bytes.Length - at < FieldHeadBytes)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
            int valueAt = at + FieldHeadBytes;
            if (length > bytes.Length - valueAt)
            {
                return false;
            }

            if (bytes[at] == ChecksumField)
            {
                if (hasChecksum || length != 4 || BinaryPrimitives.ReadUInt32BigEndian(bytes[valueAt..]) != Checksum(bytes, valueAt))
                {
                    return false;
                }

                hasChecksum = true;
            }

            at = valueAt + length;
        }

        return true;
    }

    /// <summary>CRC-32C of the header, its own four bytes taken as zero.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= checksumAt && i < checksumAt + 4 ? (byte)0 : header[i]);
        }

        return ~crc;
    }
}
