using System.Buffers;

namespace Mox.Mime;

/// <summary>
/// Parses a message as its bytes come, in one pass, keeping only the tree (RFC 5322, RFC 2045, RFC 2046).
/// </summary>
/// <remarks>
/// Bodies are not kept: a line is buffered only while it is incomplete and could be a delimiter or a header field, up
/// to 2 KB, and a
/// header field of interest up to <see cref="MimeLimits.MaxFieldBytes"/>. The outcome does not depend on how the bytes
/// are cut.
/// One message per parser; not for use by two threads.
/// </remarks>
public sealed class MimeParser
{
    // No delimiter line is longer, and no field name: what does not fit is classified by its beginning.
    private const int MaxLineBytes = 2_048;

    private readonly TreeBuilder _tree;
    private byte[] _line = []; // rented when the first line comes in pieces
    private int _lineLength;
    private bool _inLongLine;
    private bool _atLineStart = true;
    private bool _isComplete;

    /// <summary>Makes a parser for one message; a strict one also collects problems.</summary>
    public MimeParser(MimeLimits? limits = null, bool strict = false) => _tree = new TreeBuilder(limits ?? MimeLimits.Default, strict);

    /// <summary>Bytes taken so far.</summary>
    public long SizeBytes => _tree.Position + _lineLength;

    /// <summary>Parses a message that is in memory.</summary>
    public static ParsedMessage Parse(ReadOnlySpan<byte> bytes, MimeLimits? limits = null, bool strict = false)
    {
        var parser = new MimeParser(limits, strict);
        parser.Append(bytes);
        return parser.Complete();
    }

    /// <summary>Takes the next bytes, in pieces of any size. Never throws on input.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        while (!bytes.IsEmpty)
        {
            var taken = _lineLength > 0 || _inLongLine ? TakeLine(bytes) : _tree.InHeader ? TakeHeader(bytes) : TakeBody(bytes);
            bytes = bytes[taken..];
        }
    }

    /// <summary>Ends the message.</summary>
    public ParsedMessage Complete()
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        _isComplete = true;
        if (_lineLength > 0)
        {
            EmitLine(_line.AsSpan(0, _lineLength));
        }
        if (_line.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_line);
            _line = [];
        }
        return _tree.Complete();
    }

    /// <summary>A header line that is whole, or the beginning of one.</summary>
    private int TakeHeader(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n') + 1;
        if (end == 0 || end > _tree.HeaderRoom)
        {
            return TakeLine(bytes);
        }
        EmitLine(bytes[..end]);
        return end;
    }

    /// <summary>As much body as has no line in it that could be a delimiter.</summary>
    private int TakeBody(ReadOnlySpan<byte> bytes)
    {
        if (!_tree.HasBoundary)
        {
            _atLineStart = bytes[^1] == '\n';
            _tree.Body(bytes);
            return bytes.Length;
        }
        if (_atLineStart && bytes[0] == '-' && (bytes.Length == 1 || bytes[1] == '-'))
        {
            return TakeLine(bytes);
        }
        var candidate = bytes.IndexOf("\n--"u8) + 1;
        if (candidate == 0)
        {
            // The last line may go on to be a delimiter.
            candidate = bytes.EndsWith("\n-"u8) ? bytes.Length - 1 : bytes.Length;
        }
        _atLineStart = bytes[candidate - 1] == '\n';
        _tree.Body(bytes[..candidate]);
        return candidate;
    }

    /// <summary>Gathers a line that came in pieces, or is a candidate for a delimiter.</summary>
    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOf((byte)'\n') + 1;
        var isWhole = length > 0;
        if (!isWhole)
        {
            length = bytes.Length;
        }
        var room = _tree.HeaderRoom - _lineLength;
        if (_tree.InHeader && length > room)
        {
            // The bound of the header block cuts the line; what follows is body.
            if (room == 0)
            {
                Flush(isWhole: false);
                _inLongLine = false;
                _tree.CutHeader();
                return 0;
            }
            length = (int)room;
            isWhole = false;
        }
        if (!_inLongLine && _lineLength == 0 && isWhole)
        {
            EmitLine(bytes[..length]);
            return length;
        }
        return Gather(bytes[..length], isWhole);
    }

    private int Gather(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        if (_inLongLine)
        {
            _tree.LongLine(bytes);
            _inLongLine = !isWhole;
            _atLineStart = isWhole;
            return bytes.Length;
        }
        if (_line.Length == 0)
        {
            _line = ArrayPool<byte>.Shared.Rent(MaxLineBytes);
        }
        var taken = Math.Min(bytes.Length, MaxLineBytes - _lineLength);
        bytes[..taken].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += taken;
        if (isWhole && taken == bytes.Length)
        {
            Flush(isWhole: true);
        }
        else if (_lineLength == MaxLineBytes)
        {
            Flush(isWhole: false);
        }
        else if (!_tree.InHeader && !Delimiter.CouldBe(_line.AsSpan(0, _lineLength)))
        {
            _tree.Body(_line.AsSpan(0, _lineLength));
            _atLineStart = false;
            _lineLength = 0;
        }
        return taken;
    }

    private void Flush(bool isWhole)
    {
        if (_lineLength > 0)
        {
            var line = _line.AsSpan(0, _lineLength);
            _lineLength = 0;
            if (isWhole)
            {
                EmitLine(line);
            }
            else
            {
                _inLongLine = _tree.Line(line, isWhole: false);
                _atLineStart = false;
            }
        }
    }

    private void EmitLine(ReadOnlySpan<byte> line)
    {
        _lineLength = 0;
        if (line.Length > MaxLineBytes)
        {
            // As if it had come in pieces.
            if (_tree.Line(line[..MaxLineBytes], isWhole: false))
            {
                _tree.LongLine(line[MaxLineBytes..]);
            }
            else
            {
                _tree.Body(line[MaxLineBytes..]);
            }
        }
        else
        {
            _tree.Line(line, isWhole: true);
        }
        _atLineStart = line[^1] == '\n';
    }
}
