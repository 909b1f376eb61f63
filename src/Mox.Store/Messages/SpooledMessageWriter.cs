using System.Buffers;
using Mox.Mime;

namespace Mox.Store;

/// <summary>Takes a message as it arrives: counts, parses on the way, and writes it to a temporary file; memory stays flat.</summary>
/// <remarks>One user at a time. Disposing without <see cref="Finish"/> drops what was written.</remarks>
public sealed class SpooledMessageWriter : IDisposable
{
    private readonly StoreThreads _threads;
    private readonly MimeParser _parser = new();
    private readonly SpoolFile _file;
    private State _state;

    internal SpooledMessageWriter(StoreServices services)
    {
        _threads = services.FileThreads;
        _file = new SpoolFile(services.Files, services.Metrics, services.Logger);
    }

    private enum State
    {
        Open,
        Failed,
        Finished,
        Disposed,
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => _file.Length;

    /// <summary>Adds bytes.</summary>
    /// <exception cref="StoreFullException">No space left; the writer can only be disposed of.</exception>
    /// <exception cref="StoreException">The file could not be written; the writer can only be disposed of.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        CheckOpen();
        _parser.Append(bytes);
        _state = State.Failed; // until it is written
        _file.Write(bytes);
        _state = State.Open;
    }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="StoreFullException">No space left; the writer can only be disposed of.</exception>
    /// <exception cref="StoreException">The file could not be written; the writer can only be disposed of.</exception>
    public void Write(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            Write(segment.Span);
        }
    }

    /// <summary>Ends the message. Its bytes come to stable storage when it is added to an account.</summary>
    public SpooledMessage Finish()
    {
        CheckOpen();
        _state = State.Failed; // until it is finished
        ParsedMessage parsed = _parser.Complete();
        MessageSummary summary = MessageSummary.Of(parsed, _file.Read);
        _state = State.Finished;
        return new SpooledMessage(_file, _threads, parsed, summary);
    }

    /// <summary>Drops the message unless it was finished.</summary>
    public void Dispose()
    {
        if (_state is State.Open or State.Failed)
        {
            _file.Dispose();
        }

        _state = State.Disposed;
    }

    private void CheckOpen()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state != State.Open)
        {
            throw new InvalidOperationException("The message has ended.");
        }
    }
}
