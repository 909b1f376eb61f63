using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>Bodies of parts, decoded on the fly: for BINARY, for search and for people.</summary>
public static class DecodedContent
{
    private const int ProbeBytes = 4_096;

    /// <summary>
    /// The body of a part with its transfer encoding undone; an unknown encoding gives the bytes as they are. Memory is
    /// two small
    /// buffers.
    /// </summary>
    public static Stream Open(MimePart part, ReadAt source)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(source);
        return new DecodingStream(part, source);
    }

    /// <summary>
    /// The text of a part in Unicode, by its charset; without one it is UTF-8 when its beginning is, else Windows-1252.
    /// </summary>
    public static TextReader OpenText(MimePart part, ReadAt source) =>
        new StreamReader(Open(part, source), FindEncoding(part, source), detectEncodingFromByteOrderMarks: false, ProbeBytes);

    /// <summary>
    /// The text/* leaves of a message in their order, those of messages within it too; attachments are not left out.
    /// </summary>
    public static IEnumerable<MimePart> TextParts(MimePart root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return root.Walk().Where(p => p.IsText && !p.IsMultipart);
    }

    /// <summary>Reads a message that is in memory.</summary>
    public static ReadAt FromMemory(ReadOnlyMemory<byte> message) => (offset, buffer) =>
    {
        if (offset >= message.Length)
        {
            return 0;
        }
        var bytes = message.Span[(int)offset..];
        bytes = bytes[..Math.Min(bytes.Length, buffer.Length)];
        bytes.CopyTo(buffer);
        return bytes.Length;
    };

    /// <summary>The charset of a part, guessed where it does not say.</summary>
    internal static Encoding FindEncoding(MimePart part, ReadAt source)
    {
        if (!Charsets.IsAsciiName(part.Charset))
        {
            return Charsets.Find(part.Charset);
        }
        var rented = ArrayPool<byte>.Shared.Rent(ProbeBytes);
        try
        {
            var probe = rented.AsSpan(0, ProbeBytes);
            using var stream = Open(part, source);
            var length = stream.ReadAtLeast(probe, ProbeBytes, throwOnEndOfStream: false);
            // A full probe may end inside a character.
            for (var cut = 0; cut < (length == ProbeBytes ? 4 : 1); cut++)
            {
                if (System.Text.Unicode.Utf8.IsValid(probe[..(length - cut)]))
                {
                    return Encoding.UTF8;
                }
            }
            return Charsets.Find("windows-1252");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
