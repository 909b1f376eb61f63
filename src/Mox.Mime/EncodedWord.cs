using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>Encoded words: text in other charsets within header fields (RFC 2047).</summary>
public static class EncodedWord
{
    // RFC 2047 section 2 allows 75; longer ones are seen, and past this it is no word.
    private const int MaxWordLength = 8_192;
    // RFC 2047 section 2 allows 75, and lines of 76: this fits behind the names of most fields.
    private const int MaxEncodedLength = 63;
    private const string Prefix = "=?utf-8?";

    private static readonly SearchValues<char> NotInCharset = SearchValues.Create(" \t=\"<>@,");

    /// <summary>
    /// Decodes the encoded words of a header text; what is none stays. Control characters become spaces, so that
    /// nothing decoded can
    /// begin a line or end a string.
    /// </summary>
    public static string Decode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = text.IndexOf("=?", StringComparison.Ordinal);
        if (start < 0)
        {
            return WithoutControls(text);
        }
        var result = new StringBuilder(text.Length);
        var run = new ArrayBufferWriter<byte>(); // bytes of neighbouring words of one charset: a character may be cut between them
        var runCharset = "";
        var at = 0;
        while (start >= 0)
        {
            if (!TryWord(text.AsSpan(start), out var charset, out var isBase64, out var payload, out var length))
            {
                start = text.IndexOf("=?", start + 2, StringComparison.Ordinal);
                continue;
            }
            var between = text.AsSpan(at, start - at);
            if (run.WrittenCount == 0 || between.ContainsAnyExcept(" \t\r\n"))
            {
                Flush(result, run, runCharset);
                result.Append(between);
            }
            if (!charset.Equals(runCharset, StringComparison.OrdinalIgnoreCase))
            {
                Flush(result, run, runCharset);
                runCharset = charset.ToString();
            }
            DecodePayload(payload, isBase64, run);
            at = start + length;
            start = text.IndexOf("=?", at, StringComparison.Ordinal);
        }
        Flush(result, run, runCharset);
        result.Append(text.AsSpan(at));
        return WithoutControls(result.ToString());
    }

    /// <summary>
    /// Encodes a text as encoded words separated by single spaces, if it needs them; else gives it back.
    /// </summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return NeedsEncoding(text) ? EncodeAlways(text) : text;
    }

    /// <summary>
    /// Encodes a text as encoded words even if it could stand as it is, since it would lose spaces or not fold.
    /// </summary>
    internal static string EncodeAlways(string text)
    {
        var useBase64 = IsMostlyBinary(text);
        var room = MaxEncodedLength - Prefix.Length - 4; // "q?" and "?="
        var result = new StringBuilder();
        var word = new ArrayBufferWriter<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = utf8[..rune.EncodeToUtf8(utf8)];
            var cost = useBase64 ? (word.WrittenCount + bytes.Length + 2) / 3 * 4 : used + QLength(bytes);
            if (cost > room)
            {
                AppendWord(result, word, useBase64);
                cost = useBase64 ? (bytes.Length + 2) / 3 * 4 : QLength(bytes);
            }
            word.Write(bytes);
            used = cost;
        }
        AppendWord(result, word, useBase64);
        return result.ToString();
    }

    /// <summary>
    /// Whether a text cannot stand in a header as it is: not printable ASCII, or with what looks like an encoded word.
    /// </summary>
    public static bool NeedsEncoding(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') || text.Contains("=?", StringComparison.Ordinal);
    }

    private static bool TryWord(
        ReadOnlySpan<char> text, out ReadOnlySpan<char> charset, out bool isBase64, out ReadOnlySpan<char> payload, out int length)
    {
        charset = payload = default;
        isBase64 = false;
        length = 0;
        const int MaxCharsetLength = 80;
        text = text[..Math.Min(text.Length, MaxWordLength)];
        var rest = text[2..];
        var mark = rest[..Math.Min(rest.Length, MaxCharsetLength)].IndexOf('?');
        if (mark <= 0 || rest.Length < mark + 3 || rest[mark + 2] != '?' || rest[..mark].ContainsAny(NotInCharset))
        {
            return false;
        }
        isBase64 = rest[mark + 1] is 'b' or 'B';
        if (!isBase64 && rest[mark + 1] is not ('q' or 'Q'))
        {
            return false;
        }
        payload = rest[(mark + 3)..];
        var end = payload.IndexOf("?=");
        if (end < 0)
        {
            return false;
        }
        payload = payload[..end];
        length = 2 + mark + 3 + end + 2;
        // The language after an asterisk is not used (RFC 2231 section 5).
        var star = rest[..mark].IndexOf('*');
        charset = star > 0 ? rest[..star] : rest[..mark];
        return true;
    }

    private static void DecodePayload(ReadOnlySpan<char> payload, bool isBase64, ArrayBufferWriter<byte> to)
    {
        var source = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(payload.Length));
        var length = Encoding.UTF8.GetBytes(payload, source);
        if (isBase64)
        {
            TransferDecoder.DecodeBase64(source.AsSpan(0, length), to);
        }
        else
        {
            source.AsSpan(0, length).Replace((byte)'_', (byte)' ');
            TransferDecoder.DecodeQ(source.AsSpan(0, length), to);
        }
        ArrayPool<byte>.Shared.Return(source);
    }

    private static void Flush(StringBuilder result, ArrayBufferWriter<byte> run, string charset)
    {
        if (run.WrittenCount > 0)
        {
            result.Append(Charsets.Decode(charset, run.WrittenSpan));
            run.ResetWrittenCount();
        }
    }

    private static string WithoutControls(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001F') && !text.AsSpan().ContainsAnyInRange('\u007F', '\u009F'))
        {
            return text;
        }
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
    }

    private static bool IsMostlyBinary(string text)
    {
        var plain = 0;
        foreach (var c in text)
        {
            plain += c is >= ' ' and <= '~' ? 1 : 0;
        }
        return plain * 2 < text.Length;
    }

    private static int QLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        foreach (var b in bytes)
        {
            length += IsQPlain(b) || b == ' ' ? 1 : 3;
        }
        return length;
    }

    // What may stand for itself even in a phrase (RFC 2047 section 5, rule 3).
    private static bool IsQPlain(byte b) =>
        b is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z')
            or (byte)'!' or (byte)'*' or (byte)'+' or (byte)'-' or (byte)'/';

    private static void AppendWord(StringBuilder result, ArrayBufferWriter<byte> word, bool useBase64)
    {
        if (word.WrittenCount == 0)
        {
            return;
        }
        result.Append(result.Length > 0 ? " " : "").Append(Prefix).Append(useBase64 ? "b?" : "q?");
        if (useBase64)
        {
            result.Append(Convert.ToBase64String(word.WrittenSpan));
        }
        else
        {
            foreach (var b in word.WrittenSpan)
            {
                if (IsQPlain(b) || b == ' ')
                {
                    result.Append(b == ' ' ? '_' : (char)b);
                }
                else
                {
                    result.Append('=').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
                }
            }
        }
        result.Append("?=");
        word.ResetWrittenCount();
    }
}
