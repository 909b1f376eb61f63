using System.IO.Compression;
using System.IO.Pipelines;

namespace Mox.Imap;

/// <summary>The plain side of a connection whose two directions are compressed with DEFLATE (RFC 4978 section 3). Idle, it holds no buffers of its own.</summary>
/// <remarks>
/// What a peer sends is inflated piece by piece, as far as somebody reads: a bomb costs no more memory than the reader allows plain input.
/// The pipes below belong to who made them.
/// </remarks>
internal sealed class DeflatePipe : IDuplexPipe, IAsyncDisposable
{
    private const int InputBytes = 4096;

    private readonly DeflateStream _inflater;
    private readonly DeflateWriter _output;

    public DeflatePipe(IDuplexPipe transport, TimeProvider time)
    {
        // Raw DEFLATE, without a header of zlib. It gives what it has after each flush of the peer, of whichever kind.
        _inflater = new DeflateStream(transport.Input.AsStream(leaveOpen: true), CompressionMode.Decompress, leaveOpen: true);
        Input = PipeReader.Create(_inflater, new StreamPipeReaderOptions(bufferSize: InputBytes, leaveOpen: true, useZeroByteReads: true));
        _output = new DeflateWriter(transport.Output, time);
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output => _output;

    /// <summary>Frees the memory of both directions; what is not flushed is not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        _output.Dispose();
        await Input.CompleteAsync();
        await _inflater.DisposeAsync();
    }
}
