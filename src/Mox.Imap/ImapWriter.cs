using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Mox.Net;

namespace Mox.Imap;

/// <summary>The only code that writes to an IMAP client: atoms, numbers, quoted strings, literals.</summary>
/// <remarks>
/// Writes go into memory of the pipe; nothing is kept between responses. Long output calls <see cref="FlushIfFullAsync"/>
/// after each response, so that a slow client holds back its own session and no more than <see cref="FlushBytes"/>
/// and one response are in memory.
/// </remarks>
internal sealed class ImapWriter(PipeWriter output, TimeProvider time, TimeSpan writeTimeout, ProtocolTrace? trace = null)
{
    /// <summary>Past this much unflushed output a long response stops to flush.</summary>
    public const int FlushBytes = 32 * 1024;

    private const int WindowBytes = 2048;
    private const int MaxQuotedBytes = 1000;
    private Memory<byte> _window;
    private int _used;
    private long _unflushed;
    private bool _bulk;

    /// <summary>Whether strings that are not ASCII may be quoted UTF-8 (RFC 6855 section 3).</summary>
    public bool Utf8Enabled { get; set; }

    /// <summary>Whether no response is half written.</summary>
    public bool IsAtLineStart { get; private set; } = true;

    public ImapWriter Raw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room(Math.Min(bytes.Length, WindowBytes));
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            _used += count;
            bytes = bytes[count..];
        }
        return this;
    }

    /// <summary>Text of our own, ASCII.</summary>
    public ImapWriter Raw(string ascii)
    {
        for (ReadOnlySpan<char> rest = ascii; !rest.IsEmpty;)
        {
            int count = Math.Min(rest.Length, WindowBytes);
            Encoding.ASCII.TryGetBytes(rest[..count], Room(count), out int written);
            _used += written;
            rest = rest[count..];
        }
        return this;
    }

    public ImapWriter Byte(byte b)
    {
        Room(1)[0] = b;
        _used++;
        return this;
    }

    public ImapWriter Space() => Byte((byte)' ');

    public ImapWriter Number(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out int written);
        _used += written;
        return this;
    }

    public ImapWriter Line()
    {
        var room = Room(2);
        room[0] = (byte)'\r';
        room[1] = (byte)'\n';
        _used += 2;
        IsAtLineStart = true;
        return this;
    }

    /// <summary>string = quoted / literal: quoted where that is allowed and short.</summary>
    public ImapWriter String(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxQuotedBytes || bytes.ContainsAny(ImapGrammar.NotInQuoted)
            || (!Utf8Enabled && bytes.ContainsAnyExceptInRange((byte)0, (byte)0x7f)))
        {
            return Byte((byte)'{').Number(bytes.Length).Raw("}\r\n"u8).Raw(bytes);
        }
        Byte((byte)'"');
        while (bytes.IndexOfAny(ImapGrammar.QuotedSpecials) is var special and >= 0)
        {
            Raw(bytes[..special]).Byte((byte)'\\').Byte(bytes[special]);
            bytes = bytes[(special + 1)..];
        }
        return Raw(bytes).Byte((byte)'"');
    }

    public ImapWriter String(string text) => String(Encoding.UTF8.GetBytes(text));

    /// <summary>astring: an atom where it can be one.</summary>
    public ImapWriter Astring(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bool atom = bytes.Length > 0 && !bytes.AsSpan().ContainsAnyExcept(ImapGrammar.AstringChar)
            && !text.Equals("NIL", StringComparison.OrdinalIgnoreCase);
        return atom ? Raw(bytes) : String(bytes);
    }

    /// <summary>A mailbox name, in the form that this client reads.</summary>
    public ImapWriter Mailbox(string name) => Astring(Utf8Enabled ? name : ModifiedUtf7.Encode(name));

    /// <summary>Memory of at least this size to write into directly; then <see cref="Advance"/>.</summary>
    public Span<byte> Room(int count)
    {
        if (_window.Length - _used < count)
        {
            Commit();
            _window = output.GetMemory(Math.Max(count, WindowBytes));
        }
        IsAtLineStart = false;
        return _window.Span[_used..];
    }

    public void Advance(int count) => _used += count;

    /// <summary>Passes bytes on as a source gives them, straight into the pipe's memory, with back-pressure.</summary>
    /// <remarks><c>count</c> has been announced; <c>read</c> fills memory from an offset on and gives at least one byte.</remarks>
    public async ValueTask CopyAsync(long count, Func<long, Memory<byte>, int> read, CancellationToken cancellationToken)
    {
        const int ChunkBytes = 32 * 1024;
        Commit();
        _bulk = true;
        for (long offset = 0; offset < count;)
        {
            int wanted = (int)Math.Min(count - offset, ChunkBytes);
            if (wanted <= WindowBytes)
            {
                Room(wanted);
            }
            else
            {
                Commit();
                _window = output.GetMemory(wanted);
            }
            int got = read(offset, _window.Slice(_used, wanted));
            if (got <= 0)
            {
                // The literal's size has been told: what is missing cannot be said otherwise than by closing.
                throw new InvalidDataException("A message is shorter than its size.");
            }
            _used += got;
            offset += got;
            await FlushIfFullAsync(cancellationToken);
        }
        Commit();
        _bulk = false;
    }

    public ValueTask FlushIfFullAsync(CancellationToken cancellationToken) =>
        _unflushed + _used < FlushBytes ? ValueTask.CompletedTask : FlushAsync(cancellationToken);

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Commit();
        _unflushed = 0;
        try
        {
            var flush = output.FlushAsync(cancellationToken);
            var result = flush.IsCompleted ? await flush : await WaitAsync(flush);
            if (result.IsCompleted)
            {
                throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer, exception);
        }
    }

    /// <summary>Writes a line of our own as slow mode does, after all that stands before it.</summary>
    public async ValueTask WriteSlowlyAsync(string ascii, CancellationToken stopping, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        byte[] line = Encoding.ASCII.GetBytes(ascii + "\r\n");
        trace?.Server(line);
        using var timeout = new CancellationTokenSource(writeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (await SlowMode.WriteAsync(output, line, SlowMode.Budget(writeTimeout), time, stopping, either.Token))
            {
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            throw new ImapConnectionGoneException(
                timeout.IsCancellationRequested ? ImapEndReason.WriteTimeout : ImapEndReason.ClosedByPeer, exception);
        }
        throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
    }

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        using var deadline = new CancellationTokenSource(writeTimeout, time);
        using var registration = deadline.Token.Register(output.CancelPendingFlush);
        var result = await flush;
        if (result.IsCanceled)
        {
            throw new ImapConnectionGoneException(ImapEndReason.WriteTimeout);
        }
        return result;
    }

    private void Commit()
    {
        if (_used > 0)
        {
            if (trace is { IsEnabled: true })
            {
                trace.Server(_window.Span[.._used], _bulk ? TraceContent.Bulk : TraceContent.Protocol);
            }
            output.Advance(_used);
            _unflushed += _used;
            _used = 0;
        }
        _window = default;
    }
}
