namespace Mox.Smtp.Server;

/// <summary>
/// Turns what follows DATA into content: finds the one true end, takes away dot stuffing (RFC 5321 section 4.5.2),
/// stores a bare LF as CRLF, and notices everything by which one message could pass for two (SMTP smuggling).
/// </summary>
/// <remarks>
/// Only CRLF "." CRLF ends the content, and CRLF is all that ends a line. Any bare CR, and a dot alone between line ends
/// of which one is a bare LF, spoil the message: it is read to its true end and refused. Works in place on the pieces as
/// they come; state between pieces is one byte.
/// </remarks>
internal sealed class DataDecoder(bool refuseBareLineFeed)
{
    private State _state = State.LineStart;

    private enum State : byte
    {
        /// <summary>After CRLF, or at the very start.</summary>
        LineStart,

        /// <summary>After CRLF "."; the dot is held back.</summary>
        Dot,

        /// <summary>After CRLF "." CR; both are held back.</summary>
        DotCr,

        /// <summary>After a bare LF.</summary>
        BareStart,

        /// <summary>After a bare LF and a dot.</summary>
        BareDot,

        /// <summary>After a bare LF, a dot and CR.</summary>
        BareDotCr,

        /// <summary>Within a line.</summary>
        Text,

        /// <summary>Within a line, after CR.</summary>
        TextCr,
    }

    /// <summary>A sequence was seen that other software may take for the end of the message, or a bare CR, or a refused bare LF.</summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>A bare LF was seen and stored as CRLF.</summary>
    public bool HasBareLineFeed { get; private set; }

    /// <summary>
    /// Takes one piece. Gives the content to <paramref name="sink"/> and the number of bytes used, which is less than the piece only
    /// when <paramref name="isEnd"/>.
    /// </summary>
    public int Decode(ReadOnlySpan<byte> input, ContentSink sink, out bool isEnd)
    {
        int run = 0; // where content begins that was not given yet
        int at = 0;
        isEnd = false;
        while (at < input.Length)
        {
            if (_state == State.Text)
            {
                int found = input[at..].IndexOfAny((byte)'\r', (byte)'\n');
                if (found < 0)
                {
                    break;
                }
                at += found;
                // The common case: a whole CRLF in this piece.
                if (input[at] == '\r' && at + 1 < input.Length && input[at + 1] == '\n')
                {
                    at += 2;
                    _state = State.LineStart;
                    continue;
                }
            }

            byte b = input[at];
            switch (_state)
            {
                case State.LineStart when b == '.':
                    sink.Write(input[run..at]);
                    run = ++at;
                    _state = State.Dot;
                    break;
                case State.Dot when b == '\r':
                    run = ++at;
                    _state = State.DotCr;
                    break;
                case State.Dot when b == '\n':
                    // CRLF "." LF
                    IsSpoiled = true;
                    BareLineFeed(input, ref run, ref at, sink);
                    break;
                case State.DotCr when b == '\n':
                    isEnd = true;
                    return at + 1;
                case State.DotCr or State.TextCr or State.BareDotCr when b != '\n':
                    // A bare CR; the byte after it is looked at again.
                    IsSpoiled = true;
                    _state = State.Text;
                    break;
                case State.BareDotCr:
                    // LF "." CRLF
                    IsSpoiled = true;
                    at++;
                    _state = State.LineStart;
                    break;
                case State.TextCr:
                    at++;
                    _state = State.LineStart;
                    break;
                case State.BareDot when b == '\n':
                    // LF "." LF
                    IsSpoiled = true;
                    BareLineFeed(input, ref run, ref at, sink);
                    break;
                case State.BareDot when b == '\r':
                    at++;
                    _state = State.BareDotCr;
                    break;
                case State.BareStart when b == '.':
                    // Stuffing is only after CRLF, so this dot is content.
                    at++;
                    _state = State.BareDot;
                    break;
                default:
                    if (b == '\r')
                    {
                        at++;
                        _state = State.TextCr;
                    }
                    else if (b == '\n')
                    {
                        BareLineFeed(input, ref run, ref at, sink);
                    }
                    else
                    {
                        at++;
                        _state = State.Text;
                    }
                    break;
            }
        }
        sink.Write(input[run..]);
        return input.Length;
    }

    private void BareLineFeed(ReadOnlySpan<byte> input, ref int run, ref int at, ContentSink sink)
    {
        HasBareLineFeed = true;
        IsSpoiled |= refuseBareLineFeed;
        sink.Write(input[run..at]);
        sink.Write("\r\n"u8);
        run = ++at;
        _state = State.BareStart;
    }
}
