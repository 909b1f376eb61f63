using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mox.Mime;

namespace Mox.Store;

/// <summary>Takes a message as it arrives: counts, parses on the way, and writes it to a temporary file; memory stays flat.</summary>
/// <remarks>
/// One user at a time. Disposing without <see cref="FinishAsync"/> drops what was written. A message that fits the buffer meets the file
/// system only in <see cref="FinishAsync"/>, on a thread that may block.
/// </remarks>
public sealed class SpooledMessageWriter : IDisposable
{
    private const int FirstBufferBytes = 8 * 1024;
    private const int MaxBufferBytes = 64 * 1024;

    private readonly IMessageFiles _files;
    private readonly StoreThreads _threads;
    private readonly StoreMetrics _metrics;
    private readonly MimeParser _parser;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int _buffered;
    private SafeFileHandle? _file;
    private string? _path;
    private long _written;
    private State _state;

    internal SpooledMessageWriter(IMessageFiles files, StoreThreads threads, StoreMetrics metrics)
    {
        _files = files;
        _threads = threads;
        _metrics = metrics;
        _parser = new MimeParser();
    }

    private enum State
    {
        Open,
        Failed,
        Finished,
        Disposed,
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => _written + _buffered;

    /// <summary>Adds bytes.</summary>
    /// <exception cref="StoreFullException">No space left; the writer can only be disposed of.</exception>
    /// <exception cref="StoreException">The file could not be written; the writer can only be disposed of.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state != State.Open)
        {
            throw new InvalidOperationException("The message has ended.");
        }

        _parser.Append(bytes);
        while (!bytes.IsEmpty)
        {
            if (_buffered == _buffer.Length)
            {
                MakeRoom();
            }

            int count = Math.Min(bytes.Length, _buffer.Length - _buffered);
            bytes[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            bytes = bytes[count..];
        }
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

    /// <summary>Ends the message: when this completes, its bytes are on stable storage.</summary>
    /// <exception cref="StoreFullException">No space left.</exception>
    /// <exception cref="StoreException">The file could not be written or flushed.</exception>
    public Task<SpooledMessage> FinishAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_state != State.Open)
        {
            throw new InvalidOperationException("The message has ended.");
        }

        ParsedMessage parsed = _parser.Complete();
        MessageSummary summary = MessageSummary.Of(parsed, Read);
        _state = State.Failed; // until it is finished
        return FlushAsync(parsed, summary);
    }

    /// <summary>Drops the message unless it was finished.</summary>
    public void Dispose()
    {
        if (_state == State.Disposed)
        {
            return;
        }

        bool finished = _state == State.Finished;
        _state = State.Disposed;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _file?.Dispose();
        if (!finished && _path is not null)
        {
            _files.Delete(_path);
        }
    }

    private async Task<SpooledMessage> FlushAsync(ParsedMessage parsed, MessageSummary summary)
    {
        await _threads.RunAsync(() =>
        {
            Guarded(() =>
            {
                Drain();
                _files.Flush(_file!);
                _file!.Dispose();
            });
            return true;
        });
        _metrics.FileFlushed();
        _state = State.Finished;
        return new SpooledMessage(_files, _path!, parsed, summary);
    }

    private int Read(long offset, Span<byte> buffer)
    {
        if (offset < _written)
        {
            return RandomAccess.Read(_file!, buffer[..(int)Math.Min(buffer.Length, _written - offset)], offset);
        }

        int at = (int)Math.Min(offset - _written, _buffered);
        int count = Math.Min(buffer.Length, _buffered - at);
        _buffer.AsSpan(at, count).CopyTo(buffer);
        return count;
    }

    private void MakeRoom()
    {
        if (_buffer.Length < MaxBufferBytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, MaxBufferBytes));
            _buffer.AsSpan(0, _buffered).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
            return;
        }

        Guarded(Drain);
    }

    private void Drain()
    {
        _file ??= _files.CreateTemporary(out _path);
        RandomAccess.Write(_file, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _state = State.Failed;
            throw Platform.IsDiskFull(e) ? new StoreFullException(e) : new StoreException("The message could not be written.", e);
        }
    }
}
