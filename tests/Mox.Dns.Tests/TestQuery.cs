using System.Buffers.Binary;
using System.Net;
using Mox.Dns.Wire;

namespace Mox.Dns.Tests;

/// <summary>A question as the test's server got it.</summary>
internal sealed record TestQuery(byte[] Packet, bool IsTcp, DnsName Name, int Type)
{
    /// <summary>Who asks, by UDP.</summary>
    public EndPoint? Asker { get; init; }

    public int Id => BinaryPrimitives.ReadUInt16BigEndian(Packet);

    public bool HasEdns => Packet[11] == 1;

    /// <summary>Name, type and class, in the asker's case.</summary>
    public ReadOnlySpan<byte> Question => Packet.AsSpan(12, QuestionEnd - 12);

    public int QuestionEnd
    {
        get
        {
            int at = 12;
            Assert.True(WireName.TrySkip(Packet, ref at));
            return at + 4;
        }
    }

    public static TestQuery Read(byte[] packet, bool isTcp)
    {
        int at = 12;
        Assert.True(WireName.TryRead(packet, ref at, out var name));
        return new TestQuery(packet, isTcp, name, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at)));
    }
}
