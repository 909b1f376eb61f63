using System.Buffers;

namespace Mox.Smtp.Client;

/// <summary>
/// Makes content fit for the wire: every line end is CRLF, also one that was a bare CR or LF (RFC 5321 section 2.3.8), the last line has
/// one, and for DATA a dot that begins a line is doubled (RFC 5321 section 4.5.2).
/// </summary>
/// <remarks>So nothing in the content can end it, however it is cut into pieces; state between pieces is two bits.</remarks>
internal sealed class ContentEncoder(bool stuffsDots)
{
    private bool _endsInCr;
    private bool _isLineStart = true;

    /// <summary>Takes one piece.</summary>
    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        while (!input.IsEmpty)
        {
            if (_endsInCr)
            {
                EndLine(output);
                if (input[0] == '\n')
                {
                    input = input[1..];
                    continue;
                }
            }
            if (_isLineStart && stuffsDots && input[0] == '.')
            {
                output.Write("."u8);
            }
            int end = input.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                output.Write(input);
                _isLineStart = false;
                return;
            }
            bool isCrLf = input[end] == '\r' && end + 1 < input.Length && input[end + 1] == '\n';
            if (isCrLf)
            {
                end += 2;
                output.Write(input[..end]);
                _isLineStart = true;
                input = input[end..];
                continue;
            }
            output.Write(input[..end]);
            _isLineStart = false;
            if (input[end] == '\n')
            {
                EndLine(output);
            }
            else
            {
                // Its LF may be in the next piece.
                _endsInCr = true;
            }
            input = input[(end + 1)..];
        }
    }

    /// <summary>Ends the last line, if there is one without an end.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        if (_endsInCr || !_isLineStart)
        {
            EndLine(output);
        }
    }

    private void EndLine(IBufferWriter<byte> output)
    {
        output.Write("\r\n"u8);
        (_endsInCr, _isLineStart) = (false, true);
    }
}
