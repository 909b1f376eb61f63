using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mox.Dns.Wire;

/// <summary>One question as it is sent, and the check whether a message answers it.</summary>
/// <remarks>
/// Nobody who does not see it can answer it: the id is random, so is the case of each letter, and each try has a socket and so a
/// random port of its own (RFC 5452 section 9.2).
/// </remarks>
internal sealed class DnsQuery
{
    /// <summary>The size of answers that needs no fragments anywhere.</summary>
    public const int UdpPayloadSize = 1232;

    /// <summary>The Internet class.</summary>
    public const byte ClassIn = 1;

    private const int HeaderLength = 12;

    // Recursion desired, and AD: "tell me whether it is authentic" (RFC 6840 section 5.7).
    private const ushort Flags = 0x0120;

    private readonly byte[] _packet;
    private readonly int _questionEnd;

    public DnsQuery(DnsName name, int type, bool useEdns)
    {
        Span<byte> packet = stackalloc byte[HeaderLength + WireName.MaxLength + 4 + 11];
        packet.Clear();
        RandomNumberGenerator.Fill(packet[..2]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Flags);
        packet[5] = 1;
        packet[11] = useEdns ? (byte)1 : (byte)0;

        var at = HeaderLength + WireName.Write(name, packet[HeaderLength..]);
        MixCase(packet[HeaderLength..at]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[at..], (ushort)type);
        packet[at + 3] = ClassIn;
        at = _questionEnd = at + 4;

        if (useEdns)
        {
            // OPT: the root's name, type, payload size, extended code and version 0, DO, no options (RFC 6891 section 6.1.2).
            packet[at + 2] = DnsMessage.OptType;
            BinaryPrimitives.WriteUInt16BigEndian(packet[(at + 3)..], UdpPayloadSize);
            packet[at + 7] = 0x80;
            at += 11;
        }

        _packet = packet[..at].ToArray();
    }

    public ReadOnlyMemory<byte> Packet => _packet;

    /// <summary>Whether a message answers this question.</summary>
    public QueryMatch Match(ReadOnlySpan<byte> message)
    {
        // QR, and QUERY as the opcode.
        if (message.Length < HeaderLength || !message[..2].SequenceEqual(_packet.AsSpan(0, 2)) || (message[2] & 0xf8) != 0x80)
        {
            return QueryMatch.No;
        }

        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if (questions == 0 && (DnsResponseCode)(message[3] & 15) is DnsResponseCode.FormErr or DnsResponseCode.NotImp)
        {
            return QueryMatch.Yes;
        }

        if (questions != 1 || message.Length < _questionEnd)
        {
            return QueryMatch.No;
        }

        var theirs = message[HeaderLength.._questionEnd];
        ReadOnlySpan<byte> ours = _packet.AsSpan(HeaderLength, theirs.Length);
        return theirs.SequenceEqual(ours) ? QueryMatch.Yes
            : Ascii.EqualsIgnoreCase(theirs, ours) ? QueryMatch.OtherCase
            : QueryMatch.No;
    }

    // Lengths of labels are at most 63 and so never letters.
    private static void MixCase(Span<byte> name)
    {
        Span<byte> random = stackalloc byte[name.Length];
        RandomNumberGenerator.Fill(random);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetter((char)name[i]) && (random[i] & 1) == 1)
            {
                name[i] ^= 0x20;
            }
        }
    }
}
