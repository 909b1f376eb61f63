using System.Buffers;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Mox.Store;

/// <summary>The bytes of one message in flight: a buffer, and a temporary file as soon as that overflows or its bytes must be durable.</summary>
/// <remarks>A message that fits the buffer meets the file system only in <see cref="Flush"/>, on a thread that may block.</remarks>
internal sealed partial class SpoolFile(IMessageFiles files, StoreMetrics metrics, ILogger logger) : IDisposable
{
    private const int FirstBufferBytes = 8 * 1024;
    private const int MaxBufferBytes = 64 * 1024;

    private readonly Lock _flush = new();

    // Where the bytes are: readers come while they move into the file.
    private readonly Lock _place = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int _buffered;
    private SafeFileHandle? _file;
    private SafeFileHandle? _reader;
    private string? _path;
    private long _written;
    private ExceptionDispatchInfo? _failure;
    private bool _isDisposed;

    /// <summary>Bytes written so far.</summary>
    public long Length => _written + _buffered;

    /// <summary>Whether all bytes are on stable storage; nothing can be written then.</summary>
    public bool IsFlushed { get; private set; }

    /// <summary>The temporary name.</summary>
    public string Path => IsFlushed ? _path! : throw new InvalidOperationException("The file is not on stable storage.");

    /// <exception cref="StoreException">The file could not be written; <see cref="StoreFullException"/>: no space left.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
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

    /// <summary>Reads what was written, also while it is flushed and afterwards.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        lock (_place)
        {
            if (offset < _written)
            {
                return RandomAccess.Read(_file ?? OpenReader(), buffer[..(int)Math.Min(buffer.Length, _written - offset)], offset);
            }

            int at = (int)Math.Min(offset - _written, _buffered);
            int count = Math.Min(buffer.Length, _buffered - at);
            _buffer.AsSpan(at, count).CopyTo(buffer);
            return count;
        }
    }

    /// <summary>Brings the bytes to stable storage, once; others who call meanwhile wait for it. Blocks.</summary>
    /// <exception cref="StoreException">The file could not be written; <see cref="StoreFullException"/>: no space left.</exception>
    public void Flush()
    {
        lock (_flush)
        {
            if (IsFlushed)
            {
                return;
            }

            // A second fsync may succeed although the bytes of the first are lost.
            _failure?.Throw();

            try
            {
                Guarded(() =>
                {
                    Drain();
                    files.Flush(_file!);
                    lock (_place)
                    {
                        _file!.Dispose();
                        _file = null;
                    }
                });
            }
            catch (StoreException e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
                throw;
            }

            IsFlushed = true;
        }

        metrics.FileFlushed();
    }

    /// <summary>Removes the temporary name.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _file?.Dispose();
        _reader?.Dispose();
        if (_path is not null)
        {
            files.Delete(_path);
        }
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
        lock (_place)
        {
            _file ??= files.CreateTemporary(out _path);
            RandomAccess.Write(_file, _buffer.AsSpan(0, _buffered), _written);
            _written += _buffered;
            _buffered = 0;
        }
    }

    // The one that it was written by is closed when the bytes are durable: not every system links or copies a file that is open for writing.
    private SafeFileHandle OpenReader() =>
        _reader ??= File.OpenHandle(_path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Platform.IsDiskFull(e))
            {
                // Who takes mail says so, in a way that does not fill the disk further.
                throw new StoreFullException(e);
            }

            LogNotWritten(logger, e);
            throw new StoreException("The message could not be written.", e);
        }
    }

    // The callers answer with a temporary error; this is the one line for it.
    [LoggerMessage(Level = LogLevel.Error, Message = "a message that arrives cannot be written")]
    private static partial void LogNotWritten(ILogger logger, Exception exception);
}
