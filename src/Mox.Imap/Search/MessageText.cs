using System.Buffers;
using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>An open message, for looking into its header and its decoded text.</summary>
internal sealed class MessageText : IDisposable
{
    private const int ChunkChars = 16 * 1024;
    private const long MaxHeaderBytes = 10 * 1024 * 1024;
    private readonly MessageContent _content;
    private readonly MimePart _root;
    private byte[]? _header;

    private MessageText(MessageContent content, MimePart root)
    {
        _content = content;
        _root = root;
    }

    /// <summary>Opens the message of a row that has its MIME tree and prefix; null when it is gone.</summary>
    public static MessageText? Open(Account account, MessageRow row) =>
        account.OpenContent(row) is { } content ? new(content, MimeTreeCodec.Decode(row.MimeTree).Root) : null;

    /// <summary>Whether a field of this name holds the text; with an empty text, whether there is one.</summary>
    public bool HeaderContains(string field, string text)
    {
        foreach (var header in new HeaderBlock(Header()))
        {
            if (header.Is(field)
                && (text.Length == 0 || header.DecodedText().Contains(text, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Whether the body holds the text: decoded text parts, and headers of messages within it (RFC 3501 section 6.4.4), or, with
    /// <paramref name="inHeader"/>, the header does.
    /// </summary>
    public bool Contains(string text, bool inHeader)
    {
        if (text.Length == 0)
        {
            return true;
        }
        if ((inHeader && AnyFieldContains(Header(), text)) || AnyInnerHeaderContains(text))
        {
            return true;
        }
        foreach (var part in DecodedContent.TextParts(_root))
        {
            using var reader = DecodedContent.OpenText(part, ReadFile);
            if (Contains(reader, text))
            {
                return true;
            }
        }
        return false;
    }

    public void Dispose() => _content.Dispose();

    // The depth of the tree is bounded by the parser; the stack is on the heap all the same.
    private bool AnyInnerHeaderContains(string text)
    {
        var parts = new Stack<MimePart>([_root]);
        while (parts.TryPop(out var part))
        {
            if (part.Message is { } message)
            {
                if (AnyFieldContains(Read(_content.PrefixBytes + message.HeaderStart, message.BodyStart - message.HeaderStart), text))
                {
                    return true;
                }
                parts.Push(message);
            }
            foreach (var child in part.Children)
            {
                parts.Push(child);
            }
        }
        return false;
    }

    private static bool AnyFieldContains(byte[] block, string text)
    {
        foreach (var header in new HeaderBlock(block))
        {
            if ($"{header.Name}: {header.DecodedText()}".Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    // Chunk by chunk, with the end of the last one kept, so that a match across two is seen.
    private static bool Contains(TextReader reader, string text)
    {
        char[] buffer = ArrayPool<char>.Shared.Rent(ChunkChars + text.Length);
        try
        {
            int kept = 0;
            while (true)
            {
                int got = reader.Read(buffer, kept, ChunkChars);
                if (got == 0)
                {
                    return false;
                }
                var seen = buffer.AsSpan(0, kept + got);
                if (seen.Contains(text, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
                kept = Math.Min(text.Length - 1, seen.Length);
                seen[^kept..].CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private byte[] Header() => _header ??= Read(0, _content.PrefixBytes + _root.BodyStart);

    private byte[] Read(long start, long length)
    {
        byte[] bytes = new byte[Math.Clamp(length, 0, MaxHeaderBytes)];
        int filled = 0;
        while (filled < bytes.Length && _content.Read(start + filled, bytes.AsSpan(filled)) is var got and > 0)
        {
            filled += got;
        }
        return bytes;
    }

    // Offsets of the tree are of the file, which the prefix stands before.
    private int ReadFile(long offset, Span<byte> buffer) => _content.Read(offset + _content.PrefixBytes, buffer);
}
