using System.Buffers;
using System.IO.Pipelines;

namespace Mox.Net.Tls;

/// <summary>A duplex pipe as the stream that <c>SslStream</c> wants; a read of zero bytes waits for data and takes none.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe transport) : Stream
{
    private volatile bool _isAbandoned;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var input = transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var available = result.Buffer;
            if (available.IsEmpty && !result.IsCompleted && !result.IsCanceled)
            {
                input.AdvanceTo(available.Start);
                continue;
            }

            var count = (int)Math.Min(available.Length, buffer.Length);
            var taken = available.Slice(0, count);
            taken.CopyTo(buffer.Span);
            // Nothing beyond what was taken counts as examined, so the next read sees it at once.
            input.AdvanceTo(taken.End);
            return result.IsCanceled ? throw new OperationCanceledException("The transport's read was canceled.") : count;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = _isAbandoned ? default : await transport.Output.WriteAsync(buffer, cancellationToken);
        if (result.IsCompleted || _isAbandoned)
        {
            throw new IOException("The peer has closed the connection, or takes nothing any more.");
        }
    }

    /// <summary>Ends a write that the peer does not take, and refuses all later ones.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        transport.Output.CancelPendingFlush();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes are flushed as they are written.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous reads.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous writes.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
