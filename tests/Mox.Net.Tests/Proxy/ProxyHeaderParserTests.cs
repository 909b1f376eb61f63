using System.Buffers.Binary;
using System.Net;
using System.Text;
using Mox.Net.Proxy;
using Mox.Testing;

namespace Mox.Net.Tests.Proxy;

public class ProxyHeaderParserTests
{
    private static readonly IPEndPoint Source4 = IPEndPoint.Parse("192.0.2.7:56324");
    private static readonly IPEndPoint Destination4 = IPEndPoint.Parse("198.51.100.1:25");
    private static readonly IPEndPoint Source6 = IPEndPoint.Parse("[2001:db8::7]:56324");
    private static readonly IPEndPoint Destination6 = IPEndPoint.Parse("[2001:db8::1]:25");

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 25", "192.0.2.7:56324 198.51.100.1:25")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255:65535 255.255.255.255:65535")]
    [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0", "0.0.0.0:0 0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:DB8:0:0::1 56324 25", "[2001:db8::7]:56324 [2001:db8::1]:25")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.7 ::FFFF:c633:6401 1 2", "192.0.2.7:1 198.51.100.1:2")]
    [InlineData(
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 [ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe]:65535")]
    [InlineData("PROXY UNKNOWN", " ")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff what ever it says", " ")]
    [InlineData(
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", " ")]
    public void V1_Valid_IsReadAtItsLastByteAndNotBefore(string line, string expected) =>
        IsReadAtItsLastByte(Encoding.ASCII.GetBytes(line + "\r\n"), expected);

    [Theory]
    [InlineData("PROXY")]
    [InlineData("PROXY ")]
    [InlineData("PROXY TCP4")]
    [InlineData("PROXY  TCP4 192.0.2.7 198.51.100.1 56324 25")]
    [InlineData("PROXY tcp4 192.0.2.7 198.51.100.1 56324 25")]
    [InlineData("proxy TCP4 192.0.2.7 198.51.100.1 56324 25")]
    [InlineData("PROXY\tTCP4 192.0.2.7 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.7  198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 25 ")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 25 1")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 65536")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 -1")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 +1")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 056324 25")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 00 25")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 0x19")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1  25")]
    [InlineData("PROXY TCP4 192.0.2.7\n198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.07 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 0xc0.0.2.7 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 3221225991 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 2001:db8::7 2001:db8::1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.7 2001:db8::1 56324 25")]
    [InlineData("PROXY TCP6 192.0.2.7 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP6 2001:db8::7 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP6 [2001:db8::7] 2001:db8::1 56324 25")]
    [InlineData("PROXY TCP6 2001:db8::7%1 2001:db8::1 56324 25")]
    [InlineData("PROXY TCP6 2001:db8::7/64 2001:db8::1 56324 25")]
    [InlineData("PROXY TCP6 2001::db8::7 2001:db8::1 56324 25")]
    [InlineData("PROXY UDP4 192.0.2.7 198.51.100.1 56324 25")]
    [InlineData("PROXY UNKNOWNS")]
    [InlineData("EHLO client.example")]
    [InlineData("")]
    public void V1_Broken_IsBad(string line)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(line + "\r\n");
        Assert.Equal(ProxyHeaderStatus.Bad, ProxyHeaderParser.Parse(bytes.AsSpan() is [(byte)'\r', ..] ? "\r\nE"u8 : bytes, out _));
    }

    [Fact]
    public void V1_WithoutCrLf_IsBadAt107Bytes()
    {
        byte[] line = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200));
        Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeaderParser.Parse(line.AsSpan(0, 106), out _));
        Assert.Equal(ProxyHeaderStatus.Bad, ProxyHeaderParser.Parse(line.AsSpan(0, 107), out _));
        "\r\n"u8.CopyTo(line.AsSpan(105));
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeaderParser.Parse(line, out ProxyHeader header));
        Assert.Equal(107, header.Length);
        "x\r\n"u8.CopyTo(line.AsSpan(105));
        Assert.Equal(ProxyHeaderStatus.Bad, ProxyHeaderParser.Parse(line, out _));
    }

    public static TheoryData<byte[], string> ValidV2 => new()
    {
        { ProxyHeaders.V2(Source4, Destination4), "192.0.2.7:56324 198.51.100.1:25" },
        { ProxyHeaders.V2(Source6, Destination6), "[2001:db8::7]:56324 [2001:db8::1]:25" },
        { ProxyHeaders.V2(new IPEndPoint(Source4.Address.MapToIPv6(), 1), Destination6), "192.0.2.7:1 [2001:db8::1]:25" },
        { ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(4, 0, 0, 0), ProxyHeaders.Field(0xea)), "192.0.2.7:56324 198.51.100.1:25" },
        { ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(0x20, new byte[16 * 1024 - 12 - 3])), "192.0.2.7:56324 198.51.100.1:25" },
        { Checked(Source4, Destination4), "192.0.2.7:56324 198.51.100.1:25" },
        { Checked(Source6, Destination6), "[2001:db8::7]:56324 [2001:db8::1]:25" },
        { ProxyHeaders.V2(0x20, 0x00, []), " " },
        { ProxyHeaders.V2(0x20, 0x11, new byte[12]), " " },
        { ProxyHeaders.V2(0x20, 0xff, [1, 2, 3]), " " },
        { ProxyHeaders.V2(0x21, 0x00, []), " " },
        { ProxyHeaders.V2(0x21, 0x00, [1, 2, 3]), " " },
        { ProxyHeaders.V2(0x21, 0x12, new byte[12]), " " },
        { ProxyHeaders.V2(0x21, 0x10, new byte[12]), " " },
        { ProxyHeaders.V2(0x21, 0x22, new byte[36]), " " },
        { ProxyHeaders.V2(0x21, 0x31, new byte[216]), " " },
    };

    [Theory]
    [MemberData(nameof(ValidV2))]
    public void V2_Valid_IsReadAtItsLastByteAndNotBefore(byte[] bytes, string expected) => IsReadAtItsLastByte(bytes, expected);

    public static TheoryData<string, byte[]> BrokenV2 => new()
    {
        { "version 1", ProxyHeaders.V2(0x11, 0x11, new byte[12]) },
        { "version 3", ProxyHeaders.V2(0x31, 0x11, new byte[12]) },
        { "command 2", ProxyHeaders.V2(0x22, 0x11, new byte[12]) },
        { "family 4", ProxyHeaders.V2(0x21, 0x41, new byte[216]) },
        { "transport 3", ProxyHeaders.V2(0x21, 0x13, new byte[12]) },
        { "IPv4 short", ProxyHeaders.V2(0x21, 0x11, new byte[11]) },
        { "IPv4 empty", ProxyHeaders.V2(0x21, 0x11, []) },
        { "IPv6 short", ProxyHeaders.V2(0x21, 0x21, new byte[35]) },
        { "UDP short", ProxyHeaders.V2(0x21, 0x12, new byte[11]) },
        { "Unix short", ProxyHeaders.V2(0x21, 0x31, new byte[215]) },
        { "one byte behind the addresses", ProxyHeaders.V2(Source4, Destination4, [4]) },
        { "half a field head", ProxyHeaders.V2(Source4, Destination4, [4, 0]) },
        { "field beyond the end", ProxyHeaders.V2(Source4, Destination4, [4, 0, 2, 0]) },
        { "field far beyond the end", ProxyHeaders.V2(Source4, Destination4, [4, 0xff, 0xff]) },
        { "second field cut", ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(4, 1), [4, 0, 1]) },
        { "checksum wrong", ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(3, 0, 0, 0, 0)) },
        { "checksum short", ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(3, 0, 0, 0)) },
        { "checksum twice", ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(3, 0, 0, 0, 0), ProxyHeaders.Field(3, 0, 0, 0, 0)) },
        { "too long", ProxyHeaders.V2(Source4, Destination4, ProxyHeaders.Field(0x20, new byte[16 * 1024 - 12 - 2])) },
        { "too long, LOCAL", ProxyHeaders.V2(0x20, 0, new byte[16 * 1024 + 1]) },
        { "signature", [.. "\r\n\r\n\0\r\nQUIT\r"u8, 0x21, 0x11, 0, 0] },
        { "no signature", [.. "\r\n\r\nEHLO a\r\n"u8] },
        { "TLS", [0x16, 3, 1, 2, 0] },
        { "a zero", [0] },
    };

    [Theory]
    [MemberData(nameof(BrokenV2))]
    public void V2_Broken_IsBad(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        Assert.Equal(ProxyHeaderStatus.Bad, ProxyHeaderParser.Parse(bytes, out _));
    }

    [Fact]
    public void V2_LengthTooLarge_IsBadBeforeTheRestComes()
    {
        byte[] bytes = ProxyHeaders.V2(0x21, 0x11, new byte[16 * 1024 + 1]);
        Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeaderParser.Parse(bytes.AsSpan(0, 15), out _));
        Assert.Equal(ProxyHeaderStatus.Bad, ProxyHeaderParser.Parse(bytes.AsSpan(0, 16), out _));
    }

    [Fact]
    public void Checksum_OfKnownText_IsTheKnownOne()
    {
        // The check value of CRC-32C.
        Assert.Equal(0xe306_9283, ProxyV2.Checksum("123456789"u8, 9));
    }

    [Fact]
    public void V2_AnyBitOfACheckedHeaderFlipped_GivesNoOtherAddress()
    {
        byte[] whole = Checked(Source4, Destination4);
        int taken = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            bool isTaken = ProxyHeaderParser.Parse(flipped, out ProxyHeader header) == ProxyHeaderStatus.Complete;
            // LOCAL and UNSPEC have nothing read behind the fixed part; a flip can also cut the checksum off, but then the addresses are whole.
            bool isSame = Source4.Equals(header.Source) && Destination4.Equals(header.Destination);
            Assert.True(!isTaken || header.Source is null || isSame, $"bit {bit}: {header}");
            taken += isTaken ? 1 : 0;
        }

        Assert.InRange(taken, 1, 20);
    }

    [Fact]
    public void RandomBytes_BehindEveryBeginning_AreAnswered()
    {
        var random = new Random(20_26);
        byte[][] beginnings =
        [
            [], [.. "PROXY "u8], [.. "PROXY TCP4 "u8], [.. "PROXY TCP6 ::1 "u8], [.. "\r\n\r\n\0\r\nQUIT\n"u8],
            [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21], [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0], [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 40],
            ProxyHeaders.V2(0x21, 0x21, new byte[36 + 60])[..52],
        ];
        var seen = new HashSet<ProxyHeaderStatus>();
        for (int i = 0; i < 50_000; i++)
        {
            byte[] tail = new byte[random.Next(200)];
            random.NextBytes(tail);
            if (i % 2 == 0)
            {
                // Small numbers make fields that fit more often.
                Array.ConvertAll(tail, b => (byte)(b % 5)).CopyTo(tail, 0);
            }

            byte[] bytes = [.. beginnings[i % beginnings.Length], .. tail];
            ProxyHeaderStatus status = ProxyHeaderParser.Parse(bytes, out ProxyHeader header);
            seen.Add(status);
            Assert.True(status != ProxyHeaderStatus.Complete || (header.Length <= bytes.Length && header.Length >= 15));
            Assert.Equal(header.Source is null, header.Destination is null);
        }

        Assert.Equal(3, seen.Count);
    }

    private static void IsReadAtItsLastByte(byte[] bytes, string expected)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeaderParser.Parse(bytes.AsSpan(0, length), out _));
        }

        foreach (byte[] followedBy in (byte[][])[[], [.. "\r\n"u8], bytes])
        {
            Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeaderParser.Parse([.. bytes, .. followedBy], out ProxyHeader header));
            Assert.Equal((bytes.Length, expected), (header.Length, $"{header.Source} {header.Destination}"));
        }
    }

    /// <summary>With a correct checksum between two other fields.</summary>
    private static byte[] Checked(IPEndPoint source, IPEndPoint destination)
    {
        byte[] bytes = ProxyHeaders.V2(source, destination, ProxyHeaders.Field(4, 1, 2), ProxyHeaders.Field(3, 0, 0, 0, 0), ProxyHeaders.Field(2, 9));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 8), Crc32C(bytes));
        return bytes;
    }

    // By the definition, bit by bit.
    private static uint Crc32C(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f6_3b78);
            }
        }

        return ~crc;
    }
}
