using System.Buffers;
using Mox.Mime;

namespace Mox.Store;

/// <summary>
/// What a search sees of a message: each field of its header as <c>Name: decoded value</c>, the same of messages within it, and its decoded
/// text parts. The index and the scan both read it here, so that they agree.
/// </summary>
public sealed class SearchText(MessageContent content, MimePart root)
{
    private const int ChunkChars = 16 * 1024;
    private const long MaxHeaderBytes = 10 * 1024 * 1024;

    private byte[]? _header;

    /// <summary>The header as it stands, with what was put before the file.</summary>
    public ReadOnlyMemory<byte> Header => _header ??= Read(0, content.PrefixBytes + root.BodyStart);

    /// <summary>Whether a piece of the text holds another, which is folded (<see cref="UnicodeCasemap"/>).</summary>
    public bool Contains(string foldedNeedle, TextScope scope)
    {
        ArgumentNullException.ThrowIfNull(foldedNeedle);
        if (foldedNeedle.Length == 0)
        {
            return true;
        }

        var sink = new NeedleSink(foldedNeedle);
        CopyTo(sink, scope);
        return sink.IsFound;
    }

    internal void CopyTo(FoldedTextSink sink, TextScope scope)
    {
        if (scope != TextScope.Body && !CopyFields(Header, sink, isHeader: true))
        {
            return;
        }

        if (scope != TextScope.Header && CopyInnerHeaders(sink))
        {
            CopyParts(sink);
        }
    }

    private static bool CopyFields(ReadOnlyMemory<byte> block, FoldedTextSink sink, bool isHeader)
    {
        foreach (HeaderField field in new HeaderBlock(block))
        {
            sink.BeginPiece(isHeader);
            if (!sink.Add(field.Name) || !sink.Add(": ") || !sink.Add(field.DecodedText()))
            {
                return false;
            }
        }

        return true;
    }

    // The depth of the tree is bounded by the parser; the stack is on the heap all the same.
    private bool CopyInnerHeaders(FoldedTextSink sink)
    {
        var parts = new Stack<MimePart>([root]);
        while (parts.TryPop(out MimePart? part))
        {
            if (part.Message is { } message)
            {
                byte[] header = Read(content.PrefixBytes + message.HeaderStart, message.BodyStart - message.HeaderStart);
                if (!CopyFields(header, sink, isHeader: false))
                {
                    return false;
                }

                parts.Push(message);
            }

            foreach (MimePart child in part.Children)
            {
                parts.Push(child);
            }
        }

        return true;
    }

    private void CopyParts(FoldedTextSink sink)
    {
        char[] buffer = ArrayPool<char>.Shared.Rent(ChunkChars + 1);
        try
        {
            foreach (MimePart part in DecodedContent.TextParts(root))
            {
                using TextReader reader = DecodedContent.OpenText(part, ReadFile);
                sink.BeginPiece(isHeader: false);
                if (!Copy(reader, buffer, sink))
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    // No surrogate pair is split: its first half waits for the second.
    private static bool Copy(TextReader reader, char[] buffer, FoldedTextSink sink)
    {
        int kept = 0;
        while (reader.Read(buffer, kept, ChunkChars) is var got and > 0)
        {
            int length = kept + got;
            kept = char.IsHighSurrogate(buffer[length - 1]) ? 1 : 0;
            if (!sink.Add(buffer.AsSpan(0, length - kept)))
            {
                return false;
            }

            buffer[0] = buffer[length - 1];
        }

        return kept == 0 || sink.Add(buffer.AsSpan(0, kept));
    }

    private byte[] Read(long start, long length)
    {
        byte[] bytes = new byte[Math.Clamp(length, 0, MaxHeaderBytes)];
        int filled = 0;
        while (filled < bytes.Length && content.Read(start + filled, bytes.AsSpan(filled)) is var got and > 0)
        {
            filled += got;
        }

        return filled == bytes.Length ? bytes : bytes[..filled];
    }

    // Offsets of the tree are of the file, which the prefix stands before.
    private int ReadFile(long offset, Span<byte> buffer) => content.Read(offset + content.PrefixBytes, buffer);
}
