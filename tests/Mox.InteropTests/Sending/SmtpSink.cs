using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mox.InteropTests.Sending;

/// <summary>A copy of a message that the sink took for a recipient.</summary>
/// <param name="Id">The attempt that the message names in its header.</param>
/// <param name="Recipient">For whom.</param>
/// <param name="ConnectedAt">
/// When its connection was accepted, which tells which life of the server sent it: the last bytes may be read after its death.
/// </param>
internal sealed record Arrival(string Id, string Recipient, long ConnectedAt);

/// <summary>The next hop of the crash test: takes all mail, remembers every message whose end it saw, and is slow to say so.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Ledger _ledger;
    private readonly int _seed;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentQueue<Arrival> _arrivals = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly Task _accepting;
    private int _count;

    public SmtpSink(Ledger ledger, int seed)
    {
        (_ledger, _seed) = (ledger, seed);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Everything that arrived, in that order.</summary>
    public IReadOnlyList<Arrival> Arrivals => [.. _arrivals];

    /// <summary>What should not have happened.</summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(ServeAsync(client, new Random(_seed + _count++)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, Random random)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                NetworkStream network = client.GetStream();
                using Wire wire = new(new BufferedStream(network, 64 << 10), network);
                long connectedAt = Stopwatch.GetTimestamp();
                await SayAsync(wire, "220 sink.example ESMTP");
                await RunAsync(wire, random, connectedAt, offersBdat: random.Next(2) == 0);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // Killed in the middle: what was not complete does not count.
            }
        }
    }

    private async Task RunAsync(Wire wire, Random random, long connectedAt, bool offersBdat)
    {
        List<string> recipients = [];
        MemoryStream content = new();
        while (await ReadLineAsync(wire) is { } line)
        {
            string[] words = Encoding.ASCII.GetString(line).TrimEnd().Split(' ');
            switch (words[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync(wire, $"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME{(offersBdat ? "\r\n250-CHUNKING" : "")}\r\n250 ENHANCEDSTATUSCODES");
                    break;
                case "MAIL":
                    recipients.Clear();
                    content.SetLength(0);
                    await SayAsync(wire, "250 2.1.0 ok");
                    break;
                case "RCPT":
                    recipients.Add(words[1][4..^1]);
                    await SayAsync(wire, "250 2.1.5 ok");
                    break;
                case "DATA":
                    await SayAsync(wire, "354 go on");
                    await ReadDataAsync(wire, content);
                    await TakeAsync(wire, random, content, recipients, connectedAt);
                    break;
                case "BDAT":
                    byte[] chunk = new byte[int.Parse(words[1], CultureInfo.InvariantCulture)];
                    await wire.Input.ReadExactlyAsync(chunk, _stop.Token);
                    content.Write(chunk);
                    await (words.Length > 2 ? TakeAsync(wire, random, content, recipients, connectedAt) : SayAsync(wire, "250 2.0.0 more"));
                    break;
                case "QUIT":
                    await SayAsync(wire, "221 2.0.0 bye");
                    return;
                default:
                    await SayAsync(wire, "250 2.0.0 ok");
                    break;
            }
        }
    }

    // The pause stands where a crash makes a duplicate: after the end of the data, before the reply is known.
    private async Task TakeAsync(Wire wire, Random random, MemoryStream content, List<string> recipients, long connectedAt)
    {
        string id = Verify(content.ToArray());
        foreach (string recipient in recipients)
        {
            _arrivals.Enqueue(new Arrival(id, recipient, connectedAt));
        }

        await Task.Delay(random.Next(30), _stop.Token);
        await SayAsync(wire, "250 2.0.0 taken");
    }

    private string Verify(byte[] message)
    {
        string text = Encoding.ASCII.GetString(message);
        int at = text.IndexOf("X-Attempt: ", StringComparison.Ordinal);
        string id = at < 0 ? "" : text.Substring(at + "X-Attempt: ".Length, 32);
        if (_ledger.Find(id) is not { } attempt || !attempt.IsIn(message))
        {
            _problems.Enqueue($"not byte for byte what was sent: {text[..Math.Min(400, text.Length)]}");
        }

        return id;
    }

    private async Task ReadDataAsync(Wire wire, MemoryStream content)
    {
        content.SetLength(0);
        while (true)
        {
            byte[] line = await ReadLineAsync(wire) ?? throw new EndOfStreamException("the data has no end");
            if (line is [(byte)'.', (byte)'\r', (byte)'\n'])
            {
                return;
            }

            content.Write(line.AsSpan(line[0] == '.' ? 1 : 0));
        }
    }

    private async Task<byte[]?> ReadLineAsync(Wire wire)
    {
        List<byte> line = [];
        byte[] next = new byte[1];
        while (line.Count == 0 || line[^1] != '\n')
        {
            if (await wire.Input.ReadAsync(next, _stop.Token) == 0)
            {
                return null;
            }

            line.Add(next[0]);
        }

        return [.. line];
    }

    private async Task SayAsync(Wire wire, string reply) => await wire.Output.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _stop.Token);

    // Commands come several at once: what is read ahead must not be in the way of a reply.
    private sealed record Wire(BufferedStream Input, NetworkStream Output) : IDisposable
    {
        public void Dispose() => Input.Dispose();
    }
}
