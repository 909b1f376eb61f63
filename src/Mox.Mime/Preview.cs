using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>The first words of a message, for lists of messages (RFC 8970).</summary>
public static class Preview
{
    /// <summary>Characters of the longest preview.</summary>
    public const int MaxLength = 256;

    // Text that is looked at; quotes and style sheets may fill the beginning.
    private const int MaxTextLength = 65_536;

    private const int ReadBytes = 4_096;

    // A decoder without room for a character throws; what it holds back at the end may be a few.
    private const int LeastRoom = 64;

    /// <summary>
    /// Up to 256 characters of the first text/plain or text/html part that is no attachment and has words, without
    /// quotes, signature
    /// and markup; empty when there is none.
    /// </summary>
    public static string From(MimePart root, ReadAt source)
    {
        ArgumentNullException.ThrowIfNull(root);
        const int MaxParts = 10;
        foreach (var part in DecodedContent.TextParts(root).Where(IsShown).Take(MaxParts))
        {
            var preview = From(part, part.MediaSubtype == "html", source);
            if (preview.Length > 0)
            {
                return preview;
            }
        }
        return "";
    }

    private static string From(MimePart part, bool isHtml, ReadAt source)
    {
        var buffer = ArrayPool<char>.Shared.Rent(MaxTextLength);
        try
        {
            var text = buffer.AsSpan(0, ReadText(part, source, buffer.AsSpan(0, MaxTextLength)));
            return Words(isHtml ? HtmlText.Extract(text.ToString()) : text);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static bool IsShown(MimePart part) =>
        part.MediaSubtype is "plain" or "html" && part.Disposition != "attachment" && part.SizeBytes > 0;

    // No StreamReader: its buffers would be the largest part of what receiving a small message allocates.
    private static int ReadText(MimePart part, ReadAt source, Span<char> text)
    {
        using var stream = DecodedContent.Open(part, source);
        var decoder = DecodedContent.FindEncoding(part, source).GetDecoder();
        var bytes = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            int length = 0;
            int read;
            do
            {
                read = stream.Read(bytes, 0, ReadBytes);
                decoder.Convert(bytes.AsSpan(0, read), text[length..], flush: read == 0, out _, out var chars, out _);
                length += chars;
            }
            while (read > 0 && text.Length - length > LeastRoom);
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The words of the lines that the author wrote.</summary>
    private static string Words(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(MaxLength + 1);
        ReadOnlySpan<char> held = default; // a line that may introduce a quote
        foreach (var raw in text.EnumerateLines())
        {
            var line = raw.Trim();
            if (raw is "-- " or "--" || (line.Length > 4 && line.StartsWith("-----") && line.EndsWith("-----")))
            {
                break; // the signature, or a message quoted below its own header
            }
            if (line.StartsWith(">"))
            {
                held = default; // "On ... wrote:" goes with its quote
                continue;
            }
            if (line.IsEmpty)
            {
                continue;
            }
            AppendWords(result, held);
            held = default;
            if (line.EndsWith(":"))
            {
                held = line;
            }
            else
            {
                AppendWords(result, line);
            }
            if (result.Length >= MaxLength)
            {
                break;
            }
        }
        AppendWords(result, held);
        return Cut(result);
    }

    private static void AppendWords(StringBuilder result, ReadOnlySpan<char> line)
    {
        Span<char> pair = stackalloc char[2];
        foreach (var rune in line.EnumerateRunes())
        {
            if (result.Length >= MaxLength)
            {
                return;
            }
            if (Rune.IsWhiteSpace(rune))
            {
                AppendSpace(result);
            }
            else if (!Rune.IsControl(rune) && !IsInvisible(rune.Value))
            {
                result.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
        }
        AppendSpace(result);
    }

    private static void AppendSpace(StringBuilder result)
    {
        if (result.Length > 0 && result[^1] != ' ')
        {
            result.Append(' ');
        }
    }

    // Newsletters pad their preview with these.
    private static bool IsInvisible(int rune) =>
        rune is 0xAD or 0x34F or 0x61C or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x2069) or 0xFEFF;

    private static string Cut(StringBuilder result)
    {
        if (result.Length > MaxLength)
        {
            result.Length = MaxLength;
            if (char.IsHighSurrogate(result[^1]))
            {
                result.Length--;
            }
        }
        return result.ToString().TrimEnd();
    }
}
