using System.Buffers;

namespace Mox.Store;

/// <summary>Takes a message as it arrives: counts, parses on the way, and writes it to a temporary file; memory stays flat.</summary>
/// <remarks>One user at a time. Disposing without <see cref="FinishAsync"/> drops what was written.</remarks>
public sealed class SpooledMessageWriter : IDisposable
{
    internal SpooledMessageWriter()
    {
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="StoreFullException">No space left; the writer can only be disposed of.</exception>
    public void Write(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Adds bytes.</summary>
    /// <exception cref="StoreFullException">No space left; the writer can only be disposed of.</exception>
    public void Write(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            Write(segment.Span);
        }
    }

    /// <summary>Ends the message: when this completes, its bytes are on stable storage.</summary>
    /// <exception cref="StoreFullException">No space left.</exception>
    /// <exception cref="StoreException">The file could not be written or flushed.</exception>
    public Task<SpooledMessage> FinishAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Drops the message unless it was finished.</summary>
    public void Dispose()
    {
    }
}
