using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mox.Queue.Tests;

/// <summary>A server to relay to, of few words: it takes everything, but recipients that begin with "bad" or "later".</summary>
internal sealed class NextHop : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _sessions = [];
    private readonly Task _accepting;

    public NextHop()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections { get; private set; }

    /// <summary>Each connection is closed after so many messages, without a word.</summary>
    public int MessagesPerConnection { get; init; } = int.MaxValue;

    public string[] Extensions { get; init; } = [];

    public List<string> Messages { get; } = [];

    public List<string> Commands { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                Connections++;
                _sessions.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            await using NetworkStream stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await SayAsync("220 next.example.net ESMTP");
            int taken = 0;
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                lock (Commands)
                {
                    Commands.Add(line);
                }

                string verb = line.Split(' ')[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        string[] lines = ["next.example.net", .. Extensions];
                        await SayAsync(string.Join("\r\n", lines.Select((l, i) => $"250{(i == lines.Length - 1 ? ' ' : '-')}{l}")));
                        break;
                    case "RCPT":
                        await SayAsync(line.Contains("<bad", StringComparison.Ordinal) ? "550 5.1.1 no such user"
                            : line.Contains("<later", StringComparison.Ordinal) ? "451 4.2.1 later" : "250 2.1.5 ok");
                        break;
                    case "DATA":
                        await SayAsync("354 go on");
                        var content = new StringBuilder();
                        while (await reader.ReadLineAsync(_end.Token) is { } text && text != ".")
                        {
                            content.Append(text).Append("\r\n");
                        }

                        lock (Messages)
                        {
                            Messages.Add(content.ToString());
                        }

                        await SayAsync("250 2.0.0 taken");
                        if (++taken == MessagesPerConnection)
                        {
                            return;
                        }

                        break;
                    case "QUIT":
                        await SayAsync("221 2.0.0 bye");
                        return;
                    default:
                        await SayAsync("250 2.0.0 ok");
                        break;
                }
            }

            async Task SayAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), _end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }
    }
}
