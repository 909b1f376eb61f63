using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace Mox.Imap;

/// <summary>What the framing of a command came to.</summary>
internal enum ImapFrameKind
{
    /// <summary>A whole command, literals and all.</summary>
    Command,

    /// <summary>A command up to a literal that is to be streamed (APPEND); the literal has not been read.</summary>
    StreamedLiteral,

    /// <summary>A line over the limit; it was skipped, with the literals it announced.</summary>
    LineTooLong,

    /// <summary>A literal over the limits; it was skipped, or is not going to be sent.</summary>
    LiteralTooBig,

    /// <summary>More would have to be skipped than is reasonable: the connection must close.</summary>
    Overflow,

    /// <summary>The peer has closed; a command without its CRLF is not a command.</summary>
    EndOfStream,
}

/// <summary>How the framing of one command ended.</summary>
internal readonly record struct ImapFrame(ImapFrameKind Kind);

/// <summary>What the framing must ask of the session.</summary>
internal interface IImapFraming
{
    /// <summary>Whether the client has logged in, and may send long commands.</summary>
    bool IsLoggedIn { get; }

    /// <summary>Whether the literal that this part of a command announces at its end is streamed and not buffered.</summary>
    bool IsStreamed(ReadOnlySpan<byte> command);

    /// <summary>Tells the client to send its literal.</summary>
    ValueTask ContinueAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Frames commands: lines that end in CRLF, and the literals they announce, synchronizing or not (RFC 7888 section 4).
/// </summary>
/// <remarks>
/// The place in the stream is never lost: what a command announces is read or skipped before the next command, whatever the
/// parser thinks of it. Input is consumed as it comes. The buffer is rented while a command is in it, and not while idle.
/// </remarks>
internal sealed class ImapCommandReader(PipeReader input, ImapReaderLimits limits, IImapFraming framing)
{
    // The end of a too long line that is kept, to see the literal it announces: "{" 20 digits "+}".
    private const int TailBytes = 24;

    private byte[] _buffer = [];
    private int _length;
    private int _lineStart;
    private int _literals;
    private long _literalBytes;
    private long _skipped;
    private bool _streamOpen;
    private bool _streamAwaitsContinue;
    private long _streamLeft;

    /// <summary>The framed command without its last CRLF; literals are in it as they were announced. Valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<byte> Command => _buffer.AsSpan(0, _length);

    /// <summary>Whether a streamed literal, or what follows it, has not been read to its end.</summary>
    public bool HasOpenStream => _streamOpen;

    private enum LineEnd
    {
        Complete,
        TooLong,
        Overflow,
        EndOfStream,
    }

    /// <summary>Reads one command with its literals.</summary>
    public async ValueTask<ImapFrame> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        while (true)
        {
            var end = await ReadLineAsync(limits.MaxLineBytes, cancellationToken);
            if (end != LineEnd.Complete)
            {
                return end switch
                {
                    LineEnd.TooLong => await SkipRestAsync(ImapFrameKind.LineTooLong, cancellationToken),
                    LineEnd.Overflow => new(ImapFrameKind.Overflow),
                    _ => new(ImapFrameKind.EndOfStream),
                };
            }
            if (!TryAnnouncement(_buffer.AsSpan(_lineStart, _length - _lineStart), out long size, out bool sync))
            {
                return new(ImapFrameKind.Command);
            }
            if (framing.IsStreamed(Command))
            {
                (_streamLeft, _streamOpen, _streamAwaitsContinue) = (size, true, sync);
                return new(ImapFrameKind.StreamedLiteral);
            }
            int most = framing.IsLoggedIn ? limits.MaxCommandBytes : limits.MaxCommandBytesBeforeLogin;
            if (size > limits.MaxLiteralBytes || _literalBytes + size > most
                || _length + size > most + limits.MaxLineBytes || ++_literals > limits.MaxLiterals)
            {
                if (sync)
                {
                    // Without "+" the client does not send it: the command ends here.
                    return new(ImapFrameKind.LiteralTooBig);
                }
                if (!await SkipAsync(size, cancellationToken))
                {
                    return new(ImapFrameKind.Overflow);
                }
                return await SkipRestAsync(ImapFrameKind.LiteralTooBig, cancellationToken);
            }
            _literalBytes += size;
            if (sync)
            {
                await framing.ContinueAsync(cancellationToken);
            }
            Append("\r\n"u8);
            if (!await ReadLiteralAsync((int)size, cancellationToken))
            {
                return new(ImapFrameKind.EndOfStream);
            }
            _lineStart = _length;
        }
    }

    /// <summary>Waits until there is something to read, or the peer has closed; nothing is read.</summary>
    public async ValueTask<bool> WaitForInputAsync(CancellationToken cancellationToken)
    {
        Release();
        var result = await input.ReadAsync(cancellationToken);
        input.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    /// <summary>Reads one line in which a literal means nothing: AUTHENTICATE's answers, IDLE's DONE.</summary>
    public async ValueTask<ImapFrame> ReadPlainLineAsync(CancellationToken cancellationToken)
    {
        Release();
        return await ReadLineAsync(limits.MaxLineBytes, cancellationToken) switch
        {
            LineEnd.Complete => new(ImapFrameKind.Command),
            LineEnd.TooLong => new(ImapFrameKind.LineTooLong),
            LineEnd.Overflow => new(ImapFrameKind.Overflow),
            _ => new(ImapFrameKind.EndOfStream),
        };
    }

    /// <summary>Tells the client to send the streamed literal, if it waits for that.</summary>
    public async ValueTask AcceptStreamAsync(CancellationToken cancellationToken)
    {
        if (_streamAwaitsContinue)
        {
            await framing.ContinueAsync(cancellationToken);
            _streamAwaitsContinue = false;
        }
    }

    /// <summary>Passes on what has come of the accepted streamed literal; false at its end.</summary>
    /// <exception cref="EndOfStreamException">The peer closed before the literal's end.</exception>
    public async ValueTask<bool> ReadStreamAsync(Action<ReadOnlySequence<byte>> sink, CancellationToken cancellationToken)
    {
        if (_streamLeft == 0)
        {
            return false;
        }
        var result = await input.ReadAsync(cancellationToken);
        var buffer = result.Buffer;
        if (buffer.IsEmpty && result.IsCompleted)
        {
            throw new EndOfStreamException();
        }
        var taken = buffer.Slice(0, Math.Min(_streamLeft, buffer.Length));
        _streamLeft -= taken.Length;
        try
        {
            sink(taken);
        }
        finally
        {
            input.AdvanceTo(taken.End);
        }
        return true;
    }

    /// <summary>
    /// Reads what follows the streamed literal in its command: the end, or the next literal, which is streamed too.
    /// </summary>
    public async ValueTask<ImapFrame> ReadAfterStreamAsync(CancellationToken cancellationToken)
    {
        Release();
        var end = await ReadLineAsync(limits.MaxLineBytes, cancellationToken);
        if (end == LineEnd.Complete && TryAnnouncement(Command, out long size, out bool sync))
        {
            (_streamLeft, _streamAwaitsContinue) = (size, sync);
            return new(ImapFrameKind.StreamedLiteral);
        }
        _streamOpen = false;
        return end switch
        {
            LineEnd.Complete => new(ImapFrameKind.Command),
            LineEnd.TooLong => await SkipRestAsync(ImapFrameKind.LineTooLong, cancellationToken),
            LineEnd.Overflow => new(ImapFrameKind.Overflow),
            _ => new(ImapFrameKind.EndOfStream),
        };
    }

    /// <summary>
    /// Skips what is left of a command with a streamed literal, whatever became of it; false when that is more than is
    /// reasonable, and the connection must close.
    /// </summary>
    public async ValueTask<bool> FinishStreamAsync(CancellationToken cancellationToken)
    {
        long budget = limits.MaxStreamSkippedBytes;
        while (_streamOpen)
        {
            if (_streamAwaitsContinue)
            {
                // The client was not told to send it, so the command has ended.
                _streamOpen = _streamAwaitsContinue = false;
                break;
            }
            if (_streamLeft > budget)
            {
                return false;
            }
            budget -= _streamLeft;
            if (!await DiscardAsync(_streamLeft, cancellationToken))
            {
                _streamOpen = false;
                break;
            }
            _streamLeft = 0;
            if ((await ReadAfterStreamAsync(cancellationToken)).Kind == ImapFrameKind.Overflow)
            {
                return false;
            }
            Release();
        }
        return true;
    }

    /// <summary>Whether there are bytes that nobody has asked for yet: what must not be so at STARTTLS.</summary>
    public bool HasBufferedInput()
    {
        if (!input.TryRead(out var result))
        {
            return false;
        }
        bool any = !result.Buffer.IsEmpty;
        input.AdvanceTo(result.Buffer.Start);
        return any;
    }

    /// <summary>Gives the buffer back: the command has been parsed.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
        {
            // Passwords pass through here.
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = [];
        }
        _length = _lineStart = _literals = 0;
        _literalBytes = _skipped = 0;
    }

    /// <summary>Whether the text ends in <c>{n}</c> or <c>{n+}</c>; a number over 63 bits counts as the largest.</summary>
    internal static bool TryAnnouncement(ReadOnlySpan<byte> line, out long size, out bool synchronizing)
    {
        size = 0;
        synchronizing = true;
        if (line.IsEmpty || line[^1] != '}')
        {
            return false;
        }
        int open = line.LastIndexOf((byte)'{');
        if (open < 0)
        {
            return false;
        }
        var digits = line[(open + 1)..^1];
        if (!digits.IsEmpty && digits[^1] == '+')
        {
            synchronizing = false;
            digits = digits[..^1];
        }
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }
        size = Utf8Parser.TryParse(digits, out long number, out int used) && used == digits.Length ? number : long.MaxValue;
        return true;
    }

    // One line into the buffer, from _lineStart on, without its CRLF. CR or LF alone is an octet of the line.
    private async ValueTask<LineEnd> ReadLineAsync(int maxBytes, CancellationToken cancellationToken)
    {
        bool tooLong = false;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            bool complete = Take(result.Buffer, maxBytes, ref tooLong, out var consumed);
            bool ended = result.IsCompleted && consumed.Equals(result.Buffer.End);
            input.AdvanceTo(consumed);
            if (complete)
            {
                _length -= 2;
                return tooLong ? LineEnd.TooLong : LineEnd.Complete;
            }
            if (_skipped > limits.MaxSkippedBytes)
            {
                return LineEnd.Overflow;
            }
            if (ended)
            {
                return LineEnd.EndOfStream;
            }
        }
    }

    private bool Take(ReadOnlySequence<byte> buffer, int maxBytes, ref bool tooLong, out SequencePosition consumed)
    {
        long offset = 0;
        foreach (var segment in buffer)
        {
            var rest = segment.Span;
            while (!rest.IsEmpty)
            {
                int feed = rest.IndexOf((byte)'\n');
                int count = feed < 0 ? rest.Length : feed + 1;
                Append(rest[..count]);
                offset += count;
                rest = rest[count..];
                bool complete = feed >= 0 && _length - _lineStart >= 2 && _buffer[_length - 2] == '\r';
                if (_length - _lineStart > maxBytes + (complete ? 2 : 1))
                {
                    tooLong = true;
                    KeepTail();
                }
                if (complete)
                {
                    consumed = buffer.GetPosition(offset);
                    return true;
                }
            }
        }
        consumed = buffer.End;
        return false;
    }

    private void KeepTail()
    {
        int drop = _length - _lineStart - TailBytes;
        if (drop <= 0)
        {
            return;
        }
        // The first bytes stay: the tag is in them, for the answer.
        int from = _lineStart == 0 ? Math.Min(TailBytes * 8, drop) : 0;
        drop -= from;
        if (drop > 0)
        {
            _buffer.AsSpan(_length - TailBytes, TailBytes).CopyTo(_buffer.AsSpan(_lineStart + from));
            _length -= drop;
            _skipped += drop;
        }
    }

    // After something too long: the rest of the command goes by unread.
    private async ValueTask<ImapFrame> SkipRestAsync(ImapFrameKind kind, CancellationToken cancellationToken)
    {
        bool afterLine = kind == ImapFrameKind.LineTooLong;
        while (true)
        {
            if (!afterLine)
            {
                _lineStart = _length;
                var end = await ReadLineAsync(limits.MaxLineBytes, cancellationToken);
                if (end is LineEnd.Overflow or LineEnd.EndOfStream)
                {
                    return new(end == LineEnd.Overflow ? ImapFrameKind.Overflow : ImapFrameKind.EndOfStream);
                }
            }
            afterLine = false;
            bool announced = TryAnnouncement(_buffer.AsSpan(_lineStart, _length - _lineStart), out long size, out bool sync);
            _skipped += _length - _lineStart;
            if (_lineStart > 0)
            {
                _length = _lineStart;
            }
            if (!announced || sync)
            {
                return new(kind);
            }
            if (!await SkipAsync(size, cancellationToken))
            {
                return new(ImapFrameKind.Overflow);
            }
        }
    }

    // False when that would be more than is reasonable.
    private async ValueTask<bool> SkipAsync(long size, CancellationToken cancellationToken)
    {
        if (size > limits.MaxSkippedBytes - _skipped)
        {
            return false;
        }
        _skipped += size;
        return await DiscardAsync(size, cancellationToken);
    }

    // False when the peer closes before.
    private async ValueTask<bool> DiscardAsync(long size, CancellationToken cancellationToken)
    {
        while (size > 0)
        {
            var result = await input.ReadAsync(cancellationToken);
            var taken = result.Buffer.Slice(0, Math.Min(size, result.Buffer.Length));
            size -= taken.Length;
            bool ended = result.IsCompleted && taken.Length == 0;
            input.AdvanceTo(taken.End);
            if (ended)
            {
                return false;
            }
        }
        return true;
    }

    private async ValueTask<bool> ReadLiteralAsync(int size, CancellationToken cancellationToken)
    {
        while (size > 0)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (buffer.IsEmpty && result.IsCompleted)
            {
                return false;
            }
            var taken = buffer.Slice(0, Math.Min(size, buffer.Length));
            foreach (var segment in taken)
            {
                Append(segment.Span);
            }
            size -= (int)taken.Length;
            input.AdvanceTo(taken.End);
        }
        return true;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(_buffer.Length * 2, _length + bytes.Length)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            }
            _buffer = larger;
        }
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
