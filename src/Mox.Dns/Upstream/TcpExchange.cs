using System.Buffers.Binary;
using System.Net.Sockets;
using Mox.Dns.Wire;

namespace Mox.Dns.Upstream;

/// <summary>Asks a server by TCP, where each message comes after its length (RFC 7766 section 8).</summary>
internal static class TcpExchange
{
    public static async Task<ServerReply> AskAsync(DnsServer server, DnsQuery query, CancellationToken ct)
    {
        using var socket = new Socket(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint, ct);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var packet = new byte[2 + query.Packet.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)query.Packet.Length);
        query.Packet.CopyTo(packet.AsMemory(2));
        await stream.WriteAsync(packet, ct);

        try
        {
            await stream.ReadExactlyAsync(packet.AsMemory(0, 2), ct);
            var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(packet)];
            await stream.ReadExactlyAsync(message, ct);
            // The connection is proof enough: nobody needs the case here (RFC 5452 section 9.2 is about UDP).
            var reply = query.Match(message) == QueryMatch.No ? null : ServerReply.Of(server, message);
            return reply is { NeedsTcp: false } ? reply : ServerReply.Failure(DnsStatus.Malformed, $"{server} sent no answer to the question by TCP");
        }
        catch (EndOfStreamException)
        {
            return ServerReply.Failure(DnsStatus.NetworkError, $"{server} closed the connection");
        }
    }
}
