using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mox.Load;

/// <summary>
/// The names of the Internet for a server under measurement: each name has the address 127.0.0.1, each domain lets that address send for
/// it, each address has a name, and there is nothing else. UDP only.
/// </summary>
internal static class Names
{
    private const int HeaderLength = 12;
    private const uint Ttl = 3600;

    private static readonly byte[] Spf = Text("v=spf1 ip4:127.0.0.0/8 -all");
    private static readonly byte[] Host = [4, .. "host"u8, 5, .. "bench"u8, 7, .. "example"u8, 0];

    // What there is not is remembered by it (RFC 2308 section 5).
    private static readonly byte[] Soa = [0, 0, .. new byte[16], 0, 0, (byte)(Ttl >> 8), unchecked((byte)Ttl)];

    private enum RecordType
    {
        A = 1,
        Soa = 6,
        Ptr = 12,
        Txt = 16,
    }

    public static async Task<int> RunAsync(Options options)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(options.EndPoint("listen"));
        await ServeAsync(socket, CancellationToken.None);
        return 0;
    }

    /// <summary>Answers until it is told to stop.</summary>
    public static async Task ServeAsync(Socket socket, CancellationToken ct)
    {
        byte[] query = new byte[4096];
        while (true)
        {
            SocketReceiveFromResult received = await socket.ReceiveFromAsync(query, new IPEndPoint(IPAddress.Any, 0), ct);
            if (Answer(query.AsSpan(0, received.ReceivedBytes)) is { } answer)
            {
                await socket.SendToAsync(answer, received.RemoteEndPoint, ct);
            }
        }
    }

    /// <summary>The response to a query; null for what is none.</summary>
    public static byte[]? Answer(ReadOnlySpan<byte> query)
    {
        int end = HeaderLength;
        while (end < query.Length && query[end] is > 0 and < 64)
        {
            end += query[end] + 1;
        }

        if (end + 5 > query.Length || query[end] != 0)
        {
            return null;
        }

        var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(query[(end + 1)..]);
        ReadOnlySpan<byte> name = query[HeaderLength..end];
        // Services, keys and policies begin with an underscore.
        bool isService = name.IndexOf((byte)'_') >= 0;
        byte[]? data = type switch
        {
            RecordType.A when !isService => [127, 0, 0, 1],
            RecordType.Txt when !isService => Spf,
            RecordType.Ptr => Host,
            _ => null,
        };
        byte[] head = new byte[HeaderLength];
        query[..2].CopyTo(head);
        (head[2], head[3], head[5]) = (0x81, 0x80, 1);
        head[data is null ? 9 : 7] = 1;
        // The name of the answer is that of the question; the begin of authority is the root's.
        byte[] record = data is null ? [0, .. Record(RecordType.Soa, Soa)] : [0xc0, HeaderLength, .. Record(type, data)];
        return [.. head, .. query[HeaderLength..(end + 5)], .. record];
    }

    private static byte[] Record(RecordType type, byte[] data) =>
        [0, (byte)type, 0, 1, 0, 0, (byte)(Ttl >> 8), unchecked((byte)Ttl), 0, (byte)data.Length, .. data];

    private static byte[] Text(string text) => [(byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];
}
