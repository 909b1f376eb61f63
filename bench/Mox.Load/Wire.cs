using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Mox.Load;

/// <summary>A connection as a growing buffer of what came in: lines, and bytes to skip. Written to take little CPU.</summary>
internal sealed class Wire : IDisposable
{
    private const int MaxLine = 16 << 20;
    private const int Tcp = 6;
    private const int QuickAck = 12; // TCP_QUICKACK of Linux

    private readonly Socket? _quick;
    private Stream _stream;
    private byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;

    private Wire(Stream stream, Socket? quick = null) => (_stream, _quick) = (stream, quick);

    /// <summary>Bytes that came in so far.</summary>
    public long Received { get; private set; }

    /// <summary>Whether all that came in was read.</summary>
    public bool IsDrained => _start == _end;

    /// <summary>The server's side of a connection that was taken.</summary>
    /// <remarks>Acknowledges at once, so that no client waits 40 ms that sends small pieces by Nagle's rule, as Postfix does over TLS.</remarks>
    public static Wire Accepted(Socket socket)
    {
        socket.NoDelay = true;
        return new Wire(new NetworkStream(socket, ownsSocket: true), socket);
    }

    public static async Task<Wire> ConnectAsync(IPEndPoint server, bool tls)
    {
        Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
            NetworkStream network = new(socket, ownsSocket: true);
            if (!tls)
            {
                return new Wire(network);
            }

            SslStream secure = new(network);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                AllowTlsResume = false, // a full handshake each time, whatever the server would remember
#pragma warning disable CA5359 // The certificates of the servers measured here are self-signed.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            });
            return new Wire(secure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins TLS as the server.</summary>
    public async Task SecureAsync(SslServerAuthenticationOptions options)
    {
        SslStream secure = new(_stream);
        _stream = secure;
        await secure.AuthenticateAsServerAsync(options);
    }

    /// <summary>What follows is deflated, both ways.</summary>
    public void Compress() => _stream = new DeflatedStream(_stream);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    /// <summary>The next line with its end; valid until the next read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadLineAsync()
    {
        int searched = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, searched + at + 1);
                _start += searched + at + 1;
                return line;
            }

            searched = _end - _start;
            await FillAsync();
        }
    }

    /// <summary>The next bytes, which are the caller's to keep.</summary>
    public async ValueTask<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int filled = 0; filled < count;)
        {
            if (IsDrained)
            {
                await FillAsync();
            }

            int now = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, now).CopyTo(bytes.AsSpan(filled));
            (_start, filled) = (_start + now, filled + now);
        }

        return bytes;
    }

    public async ValueTask SkipAsync(long count)
    {
        while (count > 0)
        {
            int now = (int)Math.Min(count, _end - _start);
            _start += now;
            count -= now;
            if (count > 0)
            {
                await FillAsync();
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private async ValueTask FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            byte[] to = _end - _start > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            if (to.Length > MaxLine)
            {
                throw new LoadException("the server sends a line without end");
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(to);
            (_buffer, _start, _end) = (to, 0, _end - _start);
        }

        int read = await _stream.ReadAsync(_buffer.AsMemory(_end));
        if (read == 0)
        {
            throw new LoadException("the server closed the connection");
        }

        _quick?.SetRawSocketOption(Tcp, QuickAck, BitConverter.GetBytes(1)); // holds until the next packets only
        _end += read;
        Received += read;
    }
}
