using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Mox.Net;

/// <summary>
/// Frames what a client sends in lines that end in CRLF; counted bytes between them (BDAT chunks) are read from <see cref="Input"/>.
/// </summary>
/// <remarks>
/// Only CRLF ends a line; a CR or LF alone is content (RFC 5321 section 2.3.8). A line that came together with the end
/// of the stream is still given; an unfinished one is not. One caller at a time, like the pipe below.
/// A given line stays in the pipe until the next call, so the pipe may be used directly only after <see cref="Release"/>.
/// In steady state nothing is allocated for a line.
/// </remarks>
public sealed class LineReader(PipeReader input, int maxLineBytes) : IDisposable
{
    /// <summary>How much of a line that is too long is skipped before giving up: 1 MB (spec/decisions.md).</summary>
    public const int MaxSkippedBytes = 1_000_000;

    private byte[]? _joined;
    private SequencePosition _consumed;
    private bool _holdsLine;

    /// <summary>Bytes skipped so far of a line that is too long; -1 outside of one.</summary>
    private long _skipped = -1;

    /// <summary>The longest line that is taken, in bytes with its CRLF (RFC 5321 section 4.5.3.1.4 counts so).</summary>
    public int MaxLineBytes { get; } = maxLineBytes;

    /// <summary>The pipe that is read. Call <see cref="Release"/> before using it.</summary>
    public PipeReader Input => input;

    /// <summary>Reads the next line of at most <see cref="MaxLineBytes"/>.</summary>
    public ValueTask<LineResult> ReadAsync(CancellationToken cancellationToken) =>
        ReadAsync(MaxLineBytes, cancellationToken);

    /// <summary>Reads the next line of at most <paramref name="maxBytes"/> with its CRLF (AUTH lines have their own limit).</summary>
    /// <exception cref="OperationCanceledException">The token fired, or <see cref="PipeReader.CancelPendingRead"/> ended
    /// the wait; nothing of the line is lost, the next call goes on with it.</exception>
    public ValueTask<LineResult> ReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        Release();
        cancellationToken.ThrowIfCancellationRequested();

        // A line that is already here costs no state machine.
        if (_skipped < 0 && input.TryRead(out var result))
        {
            if (!result.IsCanceled && TryTakeLine(result.Buffer, 0, maxBytes, out var line))
            {
                return new ValueTask<LineResult>(line);
            }

            // Nothing examined: the read below sees the same buffer again.
            input.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
            ThrowIfCanceled(result);
        }

        return ReadSlowlyAsync(maxBytes, cancellationToken);
    }

    /// <summary>
    /// True when bytes after the last line have already arrived: replies to pipelined commands may wait for each other,
    /// and STARTTLS must be refused (RFC 3207 section 4.2).
    /// </summary>
    public bool HasBufferedInput()
    {
        Release();
        if (!input.TryRead(out var result))
        {
            return false;
        }

        var has = !result.Buffer.IsEmpty;
        // A completed, empty pipe stays readable; otherwise what was seen is offered again.
        input.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        return has;
    }

    /// <summary>Gives the last line back to the pipe, which may then be used directly until the next call here.</summary>
    public void Release()
    {
        if (_holdsLine)
        {
            _holdsLine = false;
            input.AdvanceTo(_consumed);
        }

        if (_joined is { } joined)
        {
            _joined = null;
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    /// <summary>Gives the last line back to the pipe. The pipe itself belongs to its maker.</summary>
    public void Dispose() => Release();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<LineResult> ReadSlowlyAsync(int maxBytes, CancellationToken cancellationToken)
    {
        long scanned = 0;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (result.IsCanceled)
            {
                input.AdvanceTo(buffer.Start, buffer.Start);
                ThrowIfCanceled(result);
            }

            // The line comes before the end: FIN may arrive together with the last command.
            if (_skipped < 0 && TryTakeLine(buffer, scanned, maxBytes, out var line))
            {
                return line;
            }

            if (_skipped >= 0 || buffer.Length > maxBytes)
            {
                if (Skip(buffer) is { } end)
                {
                    return new LineResult(end, default);
                }
            }
            else if (!result.IsCompleted)
            {
                // Never look twice at the same bytes, but for a CR that waits for its LF.
                scanned = Math.Max(0, buffer.Length - 1);
                input.AdvanceTo(buffer.Start, buffer.End);
            }
            else
            {
                input.AdvanceTo(buffer.End);
            }

            if (result.IsCompleted)
            {
                return new LineResult(LineStatus.EndOfStream, default);
            }
        }
    }

    /// <summary>Goes over a line that is too long. Null while its end has not come; a cancelled read goes on with it later.</summary>
    private LineStatus? Skip(in ReadOnlySequence<byte> buffer)
    {
        _skipped = Math.Max(0, _skipped);
        if (TryFindCrLf(buffer, 0, out var end))
        {
            var skipped = _skipped + end;
            _skipped = -1;
            input.AdvanceTo(buffer.GetPosition(end + 2));
            return skipped > MaxSkippedBytes ? LineStatus.Overflow : LineStatus.TooLong;
        }

        // Keep a last CR: its LF may come next.
        var keep = !buffer.IsEmpty && buffer.Slice(buffer.Length - 1).FirstSpan[0] == (byte)'\r' ? 1 : 0;
        _skipped += buffer.Length - keep;
        input.AdvanceTo(buffer.GetPosition(buffer.Length - keep), buffer.End);
        return _skipped > MaxSkippedBytes ? LineStatus.Overflow : null;
    }

    private bool TryTakeLine(in ReadOnlySequence<byte> buffer, long from, int maxBytes, out LineResult line)
    {
        line = default;
        if (!TryFindCrLf(buffer, from, out var length))
        {
            return false;
        }

        _consumed = buffer.GetPosition(length + 2);
        _holdsLine = true;
        line = length + 2 > maxBytes
            ? new LineResult(length > MaxSkippedBytes ? LineStatus.Overflow : LineStatus.TooLong, default)
            : new LineResult(LineStatus.Line, Join(buffer.Slice(0, length)));
        return true;
    }

    private ReadOnlyMemory<byte> Join(in ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            return line.First;
        }

        _joined = ArrayPool<byte>.Shared.Rent((int)line.Length);
        line.CopyTo(_joined);
        return _joined.AsMemory(0, (int)line.Length);
    }

    private static bool TryFindCrLf(in ReadOnlySequence<byte> buffer, long from, out long offset)
    {
        offset = from;
        if (buffer.IsSingleSegment)
        {
            var at = buffer.FirstSpan[(int)from..].IndexOf("\r\n"u8);
            offset += at;
            return at >= 0;
        }

        var endsInCr = false;
        foreach (var piece in buffer.Slice(from))
        {
            var span = piece.Span;
            if (span.IsEmpty)
            {
                continue;
            }

            if (endsInCr && span[0] == (byte)'\n')
            {
                offset--;
                return true;
            }

            var at = span.IndexOf("\r\n"u8);
            if (at >= 0)
            {
                offset += at;
                return true;
            }

            offset += span.Length;
            endsInCr = span[^1] == (byte)'\r';
        }

        return false;
    }

    private static void ThrowIfCanceled(in ReadResult result)
    {
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The read was ended by CancelPendingRead.");
        }
    }
}
