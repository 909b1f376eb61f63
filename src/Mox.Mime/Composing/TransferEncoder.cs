using System.Buffers;

namespace Mox.Mime;

/// <summary>Encodes bodies as base64 and quoted-printable (RFC 2045 sections 6.7 and 6.8).</summary>
public static class TransferEncoder
{
    private const int LineLength = 76;
    private const int LineBytes = LineLength / 4 * 3;

    /// <summary>Writes all of a stream as base64 in lines of 76 characters.</summary>
    public static void Base64(Stream source, Stream target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        const int Lines = 128;
        var input = new byte[LineBytes * Lines];
        var output = new byte[(LineLength + 2) * Lines];
        int read;
        do
        {
            read = source.ReadAtLeast(input, input.Length, throwOnEndOfStream: false);
            var written = 0;
            for (var at = 0; at < read; at += LineBytes)
            {
                System.Buffers.Text.Base64.EncodeToUtf8(
                    input.AsSpan(at, Math.Min(LineBytes, read - at)), output.AsSpan(written), out _, out var length);
                written += length;
                output[written++] = (byte)'\r';
                output[written++] = (byte)'\n';
            }
            target.Write(output, 0, written);
        }
        while (read == input.Length);
    }

    /// <summary>
    /// Writes text with CRLF line ends as quoted-printable in lines of up to 76 characters. A dot alone and "From " at
    /// the beginning of a
    /// line, which transports may change, are encoded too.
    /// </summary>
    public static void QuotedPrintable(ReadOnlySpan<byte> text, IBufferWriter<byte> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        while (!text.IsEmpty)
        {
            var end = text.IndexOf("\r\n"u8);
            EncodeLine(end < 0 ? text : text[..end], target);
            if (end < 0)
            {
                return;
            }
            target.Write("\r\n"u8);
            text = text[(end + 2)..];
        }
    }

    private static void EncodeLine(ReadOnlySpan<byte> line, IBufferWriter<byte> target)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var b = line[i];
            var isLast = i == line.Length - 1;
            var isPlain = b is (>= (byte)'!' and <= (byte)'~' and not (byte)'=') || (b is (byte)' ' or (byte)'\t' && !isLast);
            isPlain &= column > 0 || !(b == '.' || line[i..].StartsWith("From "u8));
            var width = isPlain ? 1 : 3;
            // Room for the equals sign of a soft break, unless the line ends here.
            if (column + width > LineLength - (isLast ? 0 : 1))
            {
                target.Write("=\r\n"u8);
                column = 0;
                if (isPlain && (b == '.' || line[i..].StartsWith("From "u8)))
                {
                    (isPlain, width) = (false, 3);
                }
            }
            if (isPlain)
            {
                target.Write([b]);
            }
            else
            {
                target.Write([(byte)'=', "0123456789ABCDEF"u8[b >> 4], "0123456789ABCDEF"u8[b & 15]]);
            }
            column += width;
        }
    }
}
