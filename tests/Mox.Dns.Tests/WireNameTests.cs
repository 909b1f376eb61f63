using Mox.Dns.Wire;

namespace Mox.Dns.Tests;

public sealed class WireNameTests
{
    [Fact]
    public void TryRead_OfPointers_FollowsThemAndReturnsBehindTheFirst()
    {
        // F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root (RFC 1035 section 4.1.4).
        byte[] message = [1, (byte)'F', 3, (byte)'I', (byte)'S', (byte)'I', 4, (byte)'A', (byte)'R', (byte)'P', (byte)'A', 0,
            3, (byte)'F', (byte)'O', (byte)'O', 0xc0, 0, 0xc0, 6, 0, 0xc0, 12];
        Assert.Equal(("f.isi.arpa.", 12), Read(message, 0));
        Assert.Equal(("foo.f.isi.arpa.", 18), Read(message, 12));
        Assert.Equal(("arpa.", 20), Read(message, 18));
        Assert.Equal((".", 21), Read(message, 20));
        Assert.Equal(("foo.f.isi.arpa.", 23), Read(message, 21));
    }

    [Theory]
    [InlineData(new byte[] { }, 0)]
    [InlineData(new byte[] { 0xc0 }, 0)]
    [InlineData(new byte[] { 0xc0, 0 }, 0)]
    [InlineData(new byte[] { 0xc0, 2, 0 }, 0)]
    [InlineData(new byte[] { 0, 0xc0, 3, 0 }, 1)]
    [InlineData(new byte[] { 1, 65, 0xc0, 0 }, 0)]
    [InlineData(new byte[] { 1, 65, 0xc0, 0 }, 2)]
    [InlineData(new byte[] { 0xc0, 2, 0, 0, 0xc0, 0 }, 4)]
    [InlineData(new byte[] { 1, 65 }, 0)]
    [InlineData(new byte[] { 5, 65, 0 }, 0)]
    [InlineData(new byte[] { 0x40, 65, 0 }, 0)]
    [InlineData(new byte[] { 0x80, 65, 0 }, 0)]
    [InlineData(new byte[] { 0 }, 7)]
    public void TryRead_OfNoName_IsFalse(byte[] message, int offset) => Assert.False(WireName.TryRead(message, ref offset, out _));

    [Fact]
    public void TryRead_OfMoreThan255Bytes_IsFalse()
    {
        // Labels of one byte, 127 of them and the root: 255. One more is too many, written out or by a pointer.
        var labels = Enumerable.Repeat(new byte[] { 1, 65 }, 127).SelectMany(label => label).ToArray();
        var offset = 0;
        Assert.True(WireName.TryRead([.. labels, 0], ref offset, out _));
        offset = 0;
        Assert.False(WireName.TryRead([.. labels, 1, 65, 0], ref offset, out _));
        offset = 255;
        Assert.False(WireName.TryRead([.. labels, 0, 1, 65, 0xc0, 0], ref offset, out _));
    }

    [Fact]
    public void TryRead_OfALongChainOfPointers_GivesUp()
    {
        byte[] message = [0, .. Enumerable.Range(0, 200).SelectMany(i => new[] { (byte)(0xc0 | (Target(i) >> 8)), (byte)Target(i) })];
        int far = message.Length - 2, near = 1 + (2 * 100);
        Assert.False(WireName.TryRead(message, ref far, out _));
        Assert.True(WireName.TryRead(message, ref near, out var root));
        Assert.Equal(DnsName.Root, root);

        static int Target(int pointer) => pointer == 0 ? 0 : 1 + (2 * (pointer - 1));
    }

    [Fact]
    public void ReadAndSkip_OfRandomBytes_StayInside_AndRoundTrip()
    {
        var random = new Random(7);
        var message = new byte[300];
        var wire = new byte[WireName.MaxLength];
        var read = 0;
        for (var round = 0; round < 50_000; round++)
        {
            random.NextBytes(message);
            for (var i = 0; i < message.Length; i++)
            {
                message[i] = (byte)(random.Next(4) == 0 ? random.Next(6) : message[i]);
            }

            int start = random.Next(message.Length), offset = start, skipped = start;
            if (WireName.TryRead(message, ref offset, out var name))
            {
                read++;
                Assert.InRange(offset, start + 1, message.Length);
                Assert.True(WireName.TrySkip(message, ref skipped));
                Assert.Equal(offset, skipped);
                Assert.Equal(name, DnsName.Parse(name.ToString()));
                var (length, again) = (WireName.Write(name, wire), 0);
                Assert.True(WireName.TryRead(wire.AsSpan(0, length), ref again, out var back));
                Assert.Equal((name, length), (back, again));
            }
            else
            {
                WireName.TrySkip(message, ref skipped);
            }
        }

        Assert.InRange(read, 1000, 49_000);
    }

    private static (string Name, int After) Read(byte[] message, int offset)
    {
        Assert.True(WireName.TryRead(message, ref offset, out var name));
        return (name.ToString(), offset);
    }
}
