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
            var text = ReadText(part, source);
            var preview = Words(part.MediaSubtype == "html" ? HtmlText.Extract(text) : text);
            if (preview.Length > 0)
            {
                return preview;
            }
        }
        return "";
    }

    private static bool IsShown(MimePart part) =>
        part.MediaSubtype is "plain" or "html" && part.Disposition != "attachment" && part.SizeBytes > 0;

    private static string ReadText(MimePart part, ReadAt source)
    {
        using var reader = DecodedContent.OpenText(part, source);
        var buffer = ArrayPool<char>.Shared.Rent(MaxTextLength);
        var length = reader.ReadBlock(buffer, 0, MaxTextLength);
        var text = new string(buffer, 0, length);
        ArrayPool<char>.Shared.Return(buffer);
        return text;
    }

    /// <summary>The words of the lines that the author wrote.</summary>
    private static string Words(string text)
    {
        var result = new StringBuilder(MaxLength + 1);
        ReadOnlySpan<char> held = default; // a line that may introduce a quote
        foreach (var raw in text.AsSpan().EnumerateLines())
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
                result.Append(rune);
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
