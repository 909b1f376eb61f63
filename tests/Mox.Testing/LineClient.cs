using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
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

    /// <summary>What the client shows when it is asked for a certificate; null for nothing.</summary>
    public X509Certificate2? Certificate { get; set; }

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
        _lines.Release();
        for (int filled = 0; filled < count;)
        {
            var read = await _input.ReadAsync(patience.Token);
            var piece = read.Buffer.Slice(0, Math.Min(count - filled, read.Buffer.Length));
            piece.CopyTo(bytes.AsSpan(filled));
            filled += (int)piece.Length;
            _input.AdvanceTo(piece.End);
            if (filled < count && read.IsCompleted)
            {
                throw new EndOfStreamException();
            }
        }
        return bytes;
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
        var tls = new SslStream(
            new DelegatingStream(_input.AsStream(leaveOpen: true), _output.AsStream(leaveOpen: true)), leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = serverName ?? "",
                ClientCertificates = Certificate is null ? null : [Certificate],
                EnabledSslProtocols = protocols,
                ApplicationProtocols = applicationProtocols.Count == 0 ? null : [.. applicationProtocols.Select(p => new SslApplicationProtocol(p))],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            patience.Token);
        _tls = tls;
        (_input, _output) = (PipeReader.Create(tls), PipeWriter.Create(tls));
        _lines = NewLines();
    }

    /// <summary>Compresses both directions from here on (raw DEFLATE).</summary>
    public void StartDeflate()
    {
        StartInflate();
        _output = PipeWriter.Create(new DeflateStream(_output.AsStream(leaveOpen: true), CompressionLevel.Optimal, leaveOpen: true));
    }

    /// <summary>What the server sends is compressed from here on; what is sent to it is up to the test.</summary>
    public void StartInflate()
    {
        _lines.Release();
        _input = PipeReader.Create(new DeflateStream(_input.AsStream(leaveOpen: true), CompressionMode.Decompress, leaveOpen: true));
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
}
