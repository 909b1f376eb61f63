using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Mox.Net;

namespace Mox.Testing;

/// <summary>A client of line protocols over one end of a pipe; fails after 20 s of silence instead of hanging.</summary>
public sealed class LineClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IDuplexPipe _transport;
    private SslStream? _tls;
    private PipeReader _input;
    private PipeWriter _output;
    private LineReader _lines;

    public LineClient(IDuplexPipe transport)
    {
        _transport = transport;
        (_input, _output) = (transport.Input, transport.Output);
        _lines = NewLines();
    }

    /// <summary>The client's TLS; null in the clear.</summary>
    public SslStream? Tls => _tls;

    /// <summary>Sends a text with CRLF, as UTF-8.</summary>
    public Task SendLineAsync(string line) => SendAsync(line + "\r\n");

    /// <summary>Sends a text as it is.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _output.WriteAsync(bytes, patience.Token);
    }

    /// <summary>Reads a line without CRLF; null at the end of the stream.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var line = await _lines.ReadAsync(patience.Token);
            return line.Status switch
            {
                LineStatus.Line => Encoding.UTF8.GetString(line.Span),
                LineStatus.EndOfStream => null,
                _ => throw new InvalidDataException("The server sent a line over 1 MB."),
            };
        }
        catch (IOException)
        {
            return null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"The server sent no line within {Patience.TotalSeconds} s.");
        }
    }

    /// <summary>Reads so many bytes (a literal).</summary>
    public async Task<byte[]> ReadBytesAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        return await _lines.ReadExactlyAsync(bytes, patience.Token) ? bytes : throw new EndOfStreamException();
    }

    /// <summary>All that comes until the server closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var all = new MemoryStream();
        _lines.Release();
        await _input.CopyToAsync(all, patience.Token);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>Makes the handshake, taking any certificate.</summary>
    public async Task StartTlsAsync(
        string? serverName = "mail.example", SslProtocols protocols = SslProtocols.None, params IReadOnlyList<string> applicationProtocols)
    {
        using var patience = new CancellationTokenSource(Patience);
        _lines.Release();
        var tls = new SslStream(new DuplexStream(_input, _output), leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = serverName ?? "",
                EnabledSslProtocols = protocols,
                ApplicationProtocols = applicationProtocols.Count == 0 ? null : [.. applicationProtocols.Select(p => new SslApplicationProtocol(p))],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            patience.Token);
        _tls = tls;
        (_input, _output) = (PipeReader.Create(tls), PipeWriter.Create(tls));
        _lines = NewLines();
    }

    /// <summary>Closes the client's sending side (FIN); reading goes on.</summary>
    public async Task CloseSendingAsync()
    {
        if (_tls is not null)
        {
            await _tls.ShutdownAsync();
        }

        await _transport.Output.CompleteAsync();
    }

    /// <summary>Closes both sides.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        await _transport.Output.CompleteAsync();
        await _transport.Input.CompleteAsync();
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
    }

    private LineReader NewLines() => new(_input, LineReader.MaxSkippedBytes);

    /// <summary>Two pipes as a stream.</summary>
    private sealed class DuplexStream(PipeReader input, PipeWriter output) : Stream
    {
        private readonly Stream _reads = input.AsStream(leaveOpen: true);
        private readonly Stream _writes = output.AsStream(leaveOpen: true);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            // A pipe's stream cannot wait for nothing.
            buffer.IsEmpty ? ValueTask.FromResult(0) : _reads.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _writes.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _writes.FlushAsync(cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
