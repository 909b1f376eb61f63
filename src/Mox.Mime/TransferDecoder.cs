using System.Buffers;

namespace Mox.Mime;

/// <summary>Undoes base64 and quoted-printable, tolerant and in pieces (RFC 2045 sections 6.7 and 6.8).</summary>
/// <remarks>
/// Base64: what is not of the alphabet is skipped, padding ends a group and more may follow, missing padding is made up
/// at the end.
/// Quoted-printable: an equals sign that encodes nothing stays; white space at a line's end is dropped.
/// </remarks>
public sealed class TransferDecoder(TransferEncoding encoding)
{
    /// <summary>The least room for output that always allows progress.</summary>
    public const int MinOutput = 1_024;

    // Trailing white space, or an unfinished escape, is held back until its line ends, but not for ever.
    private const int MaxHeldBack = 512;

    private static readonly SearchValues<byte> Base64Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private uint _group;
    private int _groupLength;

    /// <summary>Whether this encoding changes bytes at all.</summary>
    public static bool IsNeeded(TransferEncoding encoding) => encoding is TransferEncoding.Base64 or TransferEncoding.QuotedPrintable;

    /// <summary>
    /// Decodes what it can of <paramref name="source"/>. Bytes not consumed must be given again, with more behind them;
    /// <paramref name="isFinal"/> says that there are no more.
    /// </summary>
    public void Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool isFinal, out int consumed, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MinOutput);
        switch (encoding)
        {
            case TransferEncoding.Base64:
                Base64(source, destination, isFinal, out consumed, out written);
                break;
            case TransferEncoding.QuotedPrintable:
                QuotedPrintable(source, destination, isFinal, out consumed, out written);
                break;
            default:
                consumed = written = Math.Min(source.Length, destination.Length);
                source[..consumed].CopyTo(destination);
                break;
        }
    }

    /// <summary>Decodes base64 that is whole.</summary>
    internal static void DecodeBase64(ReadOnlySpan<byte> source, IBufferWriter<byte> to) => DecodeWhole(TransferEncoding.Base64, source, to);

    /// <summary>Decodes the Q encoding of encoded words, underscores already replaced: only escapes count.</summary>
    internal static void DecodeQ(ReadOnlySpan<byte> source, IBufferWriter<byte> to)
    {
        var output = to.GetSpan(Math.Max(source.Length, 1));
        var written = 0;
        for (var at = 0; at < source.Length; at++)
        {
            if (source[at] == '=' && TryHex(source[(at + 1)..], out var value))
            {
                output[written++] = value;
                at += 2;
            }
            else
            {
                output[written++] = source[at];
            }
        }
        to.Advance(written);
    }

    private static void DecodeWhole(TransferEncoding encoding, ReadOnlySpan<byte> source, IBufferWriter<byte> to)
    {
        var decoder = new TransferDecoder(encoding);
        int consumed;
        do
        {
            decoder.Decode(source, to.GetSpan(MinOutput), isFinal: true, out consumed, out var written);
            to.Advance(written);
            source = source[consumed..];
        }
        while (!source.IsEmpty);
    }

    private void Base64(ReadOnlySpan<byte> source, Span<byte> destination, bool isFinal, out int consumed, out int written)
    {
        consumed = written = 0;
        while (consumed < source.Length && destination.Length - written >= 3)
        {
            if (_groupLength == 0)
            {
                var rest = source[consumed..];
                var run = rest.IndexOfAnyExcept(Base64Alphabet);
                run = (run < 0 ? rest.Length : run) & ~3;
                run = Math.Min(run, (destination.Length - written) / 3 * 4);
                if (run > 0)
                {
                    System.Buffers.Text.Base64.DecodeFromUtf8(rest[..run], destination[written..], out _, out var decoded, isFinalBlock: false);
                    written += decoded;
                    consumed += run;
                    continue;
                }
            }
            var c = source[consumed++];
            if (c == '=')
            {
                written += EndGroup(destination[written..]);
            }
            else if (Value(c) is >= 0 and var value)
            {
                _group = (_group << 6) | (uint)value;
                if (++_groupLength == 4)
                {
                    destination[written++] = (byte)(_group >> 16);
                    destination[written++] = (byte)(_group >> 8);
                    destination[written++] = (byte)_group;
                    (_group, _groupLength) = (0, 0);
                }
            }
        }
        if (isFinal && consumed == source.Length && destination.Length - written >= 3)
        {
            written += EndGroup(destination[written..]);
        }
    }

    private int EndGroup(Span<byte> destination)
    {
        var bytes = Math.Max(0, _groupLength - 1); // 2 characters hold 1 byte, 3 hold 2; 1 alone holds none
        var bits = _group << (6 * (4 - _groupLength) & 31);
        for (var i = 0; i < bytes; i++)
        {
            destination[i] = (byte)(bits >> (16 - 8 * i));
        }
        (_group, _groupLength) = (0, 0);
        return bytes;
    }

    private static int Value(byte c) => c switch
    {
        >= (byte)'A' and <= (byte)'Z' => c - 'A',
        >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };

    private static void QuotedPrintable(ReadOnlySpan<byte> source, Span<byte> destination, bool isFinal, out int consumed, out int written)
    {
        consumed = written = 0;
        if (source.Length > destination.Length)
        {
            // Output is never longer than input.
            source = source[..destination.Length];
            isFinal = false;
        }
        var force = !isFinal && source.Length > MaxHeldBack;
        while (consumed < source.Length)
        {
            var rest = source[consumed..];
            var mark = rest.IndexOfAny((byte)'=', (byte)'\n');
            var text = mark < 0 ? rest : rest[..mark];
            if (mark < 0)
            {
                var kept = text.TrimEnd(" \t\r"u8);
                var isHeldBack = !isFinal && !(force && text.Length - kept.Length >= MaxHeldBack);
                var content = isHeldBack ? kept : isFinal ? text.TrimEnd(" \t"u8) : text;
                content.CopyTo(destination[written..]);
                written += content.Length;
                consumed += isHeldBack ? kept.Length : text.Length;
                return;
            }
            if (rest[mark] == '\n')
            {
                var hasCr = text.EndsWith("\r"u8);
                text = (hasCr ? text[..^1] : text).TrimEnd(" \t"u8);
                text.CopyTo(destination[written..]);
                written += text.Length;
                if (hasCr)
                {
                    destination[written++] = (byte)'\r';
                }
                destination[written++] = (byte)'\n';
                consumed += mark + 1;
                continue;
            }
            text.CopyTo(destination[written..]);
            written += text.Length;
            consumed += mark;
            if (!Escape(source[consumed..], isFinal, out var length, out var value))
            {
                return; // it may go on
            }
            consumed += length;
            if (value >= 0)
            {
                destination[written++] = (byte)value;
            }
        }
    }

    /// <summary>
    /// Reads an escape or soft line break; false when more bytes are needed to tell. A value of -1 stands for nothing.
    /// </summary>
    private static bool Escape(ReadOnlySpan<byte> text, bool isFinal, out int length, out int value)
    {
        (length, value) = (1, '=');
        if (TryHex(text[1..], out var hex))
        {
            (length, value) = (3, hex);
            return true;
        }
        // A soft line break: white space, then the end of the line.
        var blank = text[1..].IndexOfAnyExcept(" \t\r"u8);
        if (blank >= 0)
        {
            if (text[1 + blank] == '\n')
            {
                (length, value) = (blank + 2, -1);
            }
            return blank > 0 || text.Length > 2 || isFinal || text[1] == '\n';
        }
        if (isFinal)
        {
            (length, value) = (text.Length, -1);
            return true;
        }
        return text.Length > MaxHeldBack;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 2 || !char.IsAsciiHexDigit((char)text[0]) || !char.IsAsciiHexDigit((char)text[1]))
        {
            return false;
        }
        value = (byte)((Digit(text[0]) << 4) | Digit(text[1]));
        return true;
    }

    private static int Digit(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
