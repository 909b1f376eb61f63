using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Mox.Dns.Tests;

/// <summary>A server on loopback, UDP and TCP on one free port, that answers each question with the messages it is told to.</summary>
internal sealed class TestDnsServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Func<TestQuery, IEnumerable<byte[]>> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<TestQuery> _queries = new();
    private readonly Channel<TestQuery> _arrived = Channel.CreateUnbounded<TestQuery>();
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp;
    private readonly Task _serving;

    /// <summary>Answers with these messages; with none, it is silent, or closes a TCP connection.</summary>
    public TestDnsServer(Func<TestQuery, IEnumerable<byte[]>> answer)
    {
        _answer = answer;
        for (int attempt = 0; ; attempt++)
        {
            _tcp = new TcpListener(IPAddress.Loopback, 0);
            _tcp.Start();
            try
            {
                _udp.Bind(_tcp.LocalEndpoint);
                break;
            }
            catch (SocketException) when (attempt < 20)
            {
                // Somebody has the UDP port of this number.
                _tcp.Stop();
            }
        }

        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>Answers each question with one message.</summary>
    public TestDnsServer(Func<TestQuery, TestResponse> answer)
        : this(query => (byte[][])[answer(query).Build()])
    {
    }

    public IPEndPoint EndPoint => (IPEndPoint)_tcp.LocalEndpoint;

    public IReadOnlyList<TestQuery> Queries => [.. _queries];

    /// <summary>The next question that has come, also when it came before this was called.</summary>
    public Task<TestQuery> NextAsync() => _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _udp.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                foreach (byte[] message in Answers(buffer[..received.ReceivedBytes], received.RemoteEndPoint))
                {
                    await _udp.SendToAsync(message, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The asker went away.
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length, _stop.Token);
        byte[] packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(packet, _stop.Token);
        foreach (byte[] message in Answers(packet, asker: null))
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)message.Length);
            await stream.WriteAsync(length, _stop.Token);
            await stream.WriteAsync(message, _stop.Token);
        }
    }

    private List<byte[]> Answers(byte[] packet, EndPoint? asker)
    {
        var query = TestQuery.Read(packet, isTcp: asker is null) with { Asker = asker };
        _queries.Enqueue(query);
        List<byte[]> answers = [.. _answer(query)];
        _arrived.Writer.TryWrite(query);
        return answers;
    }
}
