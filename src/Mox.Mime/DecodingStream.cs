using System.Buffers;

namespace Mox.Mime;

/// <summary>The body of one part, decoded while it is read.</summary>
internal sealed class DecodingStream(MimePart part, ReadAt source) : Stream
{
    private const int BufferBytes = 8_192;

    private readonly TransferDecoder _decoder = new(part.Encoding);
    private byte[] _input = TransferDecoder.IsNeeded(part.Encoding) ? ArrayPool<byte>.Shared.Rent(BufferBytes) : [];
    private byte[] _output = TransferDecoder.IsNeeded(part.Encoding) ? ArrayPool<byte>.Shared.Rent(BufferBytes) : [];
    private long _offset = part.BodyStart;
    private int _inputLength;
    private int _outputStart;
    private int _outputEnd;
    private bool _isAtEnd;
    private bool _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty)
        {
            return 0;
        }
        if (!TransferDecoder.IsNeeded(part.Encoding))
        {
            return ReadRaw(buffer);
        }
        while (_outputStart == _outputEnd && !(_isAtEnd && _inputLength == 0))
        {
            Fill();
        }
        var length = Math.Min(buffer.Length, _outputEnd - _outputStart);
        _output.AsSpan(_outputStart, length).CopyTo(buffer);
        _outputStart += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed && _input.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_input);
            ArrayPool<byte>.Shared.Return(_output);
            (_input, _output) = ([], []);
        }
        _isDisposed = true;
        base.Dispose(disposing);
    }

    private void Fill()
    {
        while (!_isAtEnd && _inputLength < _input.Length)
        {
            var read = ReadRaw(_input.AsSpan(_inputLength));
            _inputLength += read;
            _isAtEnd = read == 0;
        }
        _decoder.Decode(_input.AsSpan(0, _inputLength), _output, _isAtEnd, out var consumed, out _outputEnd);
        _outputStart = 0;
        _input.AsSpan(consumed, _inputLength - consumed).CopyTo(_input);
        _inputLength -= consumed;
        if (_isAtEnd && _inputLength == 0 && _outputEnd == 0)
        {
            // What the decoder still holds, as an unpadded last group.
            _decoder.Decode([], _output, isFinal: true, out _, out _outputEnd);
        }
    }

    private int ReadRaw(Span<byte> buffer)
    {
        var room = (int)Math.Min(buffer.Length, part.End - _offset);
        var read = room <= 0 ? 0 : source(_offset, buffer[..room]);
        _offset += read;
        return read;
    }
}
