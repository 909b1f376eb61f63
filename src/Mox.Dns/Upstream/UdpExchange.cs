using System.Net.Sockets;
using Mox.Dns.Wire;

namespace Mox.Dns.Upstream;

/// <summary>Asks a server by UDP (RFC 1035 section 4.2.1).</summary>
internal static class UdpExchange
{
    // More than we announce, for servers that do not look.
    private const int BufferLength = 4096;

    // After so many wrong answers somebody may be guessing (RFC 5452 section 9.3).
    private const int MaxWrongAnswers = 16;

    /// <summary>One question, one answer; until one comes that is ours, the token ends it.</summary>
    public static async Task<ServerReply> AskAsync(DnsServer server, DnsQuery query, CancellationToken ct)
    {
        // A socket of its own: the system gives it a random port, and connected it takes nothing from anybody else.
        using var socket = new Socket(server.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server.EndPoint, ct);
        await socket.SendAsync(query.Packet, ct);
        var buffer = new byte[BufferLength];
        for (var wrong = 0; wrong < MaxWrongAnswers; wrong++)
        {
            var length = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            switch (query.Match(buffer.AsSpan(0, length)))
            {
                case QueryMatch.Yes:
                    return ServerReply.Of(server, buffer[..length]);
                case QueryMatch.OtherCase:
                    return ServerReply.AskByTcp;
            }
        }

        return ServerReply.AskByTcp;
    }
}
