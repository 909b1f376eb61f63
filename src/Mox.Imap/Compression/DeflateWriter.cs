using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Mox.Imap;

/// <summary>Compresses what is written into another pipe; a flush lets the peer read all of it.</summary>
/// <remarks>
/// A compressor costs some 240 KB, so that one that was not used for a while is let go: after a flush the stream stands at the edge
/// of a byte, and a new compressor goes on from there; all that is lost is what it had seen before.
/// </remarks>
internal sealed class DeflateWriter(PipeWriter output, TimeProvider time) : PipeWriter, IDisposable
{
    /// <summary>How long an idle connection keeps its compressor.</summary>
    public static readonly TimeSpan KeepTime = TimeSpan.FromSeconds(5);

    private const int BufferBytes = 16 * 1024;

    // Between the session, one call at a time, and the timer.
    private readonly Lock _gate = new();
    private readonly Sink _sink = new(output);
    private DeflateStream? _compressor;
    private ITimer? _timer;
    private byte[] _buffer = [];
    private int _used;
    private bool _usedSince;
    private bool _isFlushed = true;
    private bool _completed;

    /// <summary>Whether it holds the memory of a compressor.</summary>
    public bool HasCompressor => Volatile.Read(ref _compressor) is not null;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _used);
        _used += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Compress();
            _compressor?.Flush();
            _isFlushed = true;
            Release();
        }
        return output.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }
            _completed = true;
            Release();
            Drop();
            _timer?.Dispose();
        }
    }

    public void Dispose()
    {
        Complete();
        _compressor?.Dispose();
        _sink.Dispose();
    }

    // What is in the buffer goes on when there is no more room: the memory does not grow with what is written between two flushes.
    private void Reserve(int count)
    {
        if (_buffer.Length - _used >= count)
        {
            return;
        }
        lock (_gate)
        {
            Compress();
            if (_buffer.Length < count)
            {
                Release();
                _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(count, BufferBytes));
            }
        }
    }

    private void Compress()
    {
        if (_used == 0)
        {
            return;
        }
        if (_compressor is null)
        {
            _compressor = new DeflateStream(_sink, CompressionLevel.Fastest, leaveOpen: true);
            _timer ??= time.CreateTimer(static state => ((DeflateWriter)state!).DropIfIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(KeepTime, KeepTime);
        }
        _usedSince = true;
        _isFlushed = false;
        _compressor.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void DropIfIdle()
    {
        lock (_gate)
        {
            // What is not flushed yet is still in the compressor.
            if (!_usedSince && _isFlushed && !_completed)
            {
                Drop();
                _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            _usedSince = false;
        }
    }

    private void Drop()
    {
        // Its end is an end of the stream, which is not to be sent.
        _sink.IsClosed = true;
        _compressor?.Dispose();
        _compressor = null;
        _sink.IsClosed = false;
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            // Mail passes through here.
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private sealed class Sink(PipeWriter output) : Stream
    {
        public bool IsClosed { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!IsClosed)
            {
                output.Write(buffer);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        // The pipe is flushed by who flushes the writer.
        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
