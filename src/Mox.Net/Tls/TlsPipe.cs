using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Mox.Net.Tls;

/// <summary>The plain side of a TLS connection. Idle, it holds no buffers.</summary>
/// <remarks>Dispose it before the transport goes: it says close_notify, so that the peer knows the end from a cut.</remarks>
public sealed class TlsPipe : IDuplexPipe, IAsyncDisposable
{
    /// <summary>A whole TLS record: smaller segments would make smaller records.</summary>
    private const int RecordBytes = 16_384;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly DuplexPipeStream _transport;
    private readonly SslStream _stream;
    private readonly TimeProvider _time;
    private bool _disposed;

    internal TlsPipe(DuplexPipeStream transport, SslStream stream, TlsSessionInfo session, TimeProvider time)
    {
        _transport = transport;
        _stream = stream;
        _time = time;
        Session = session;
        // Zero-byte reads: buffers are rented when there is something to read, and returned when it is consumed.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: RecordBytes, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: RecordBytes, leaveOpen: true));
    }

    /// <summary>What the handshake agreed on.</summary>
    public TlsSessionInfo Session { get; }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <summary>Sends what is written but not flushed, then close_notify, with a short deadline; the transport stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        var closing = CloseAsync();
        try
        {
            await closing.WaitAsync(CloseTimeout, _time);
        }
        catch (TimeoutException)
        {
            _transport.Abandon();
            await closing;
        }

        await Input.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private async Task CloseAsync()
    {
        try
        {
            await Output.CompleteAsync();
            await _stream.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException
            or AuthenticationException or CryptographicException or OperationCanceledException)
        {
            // The peer is gone, takes nothing any more, or sent what is not TLS: there is nobody to say goodbye to,
            // and a write that may still wait for the peer must not stay behind.
            _transport.Abandon();
        }
    }
}
