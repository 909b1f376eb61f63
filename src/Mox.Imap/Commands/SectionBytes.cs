using System.Buffers;
using System.Text;
using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>Where the bytes of a section are: a range of the message, or memory for a header that was filtered.</summary>
internal readonly record struct SectionBytes(long Start, long Length, ReadOnlyMemory<byte>? Memory = null)
{
    // What a header block may have (abuse-cases.md): more of it is not filtered.
    private const long MaxHeaderBytes = 10 * 1024 * 1024;

    /// <summary>A part of these bytes; nothing when it begins past their end (RFC 3501 section 6.4.5).</summary>
    public SectionBytes Part(long offset, long count)
    {
        long start = Math.Min(offset, Length);
        long length = Math.Min(count, Length - start);
        return Memory is { } memory
            ? new(0, length, memory.Slice((int)start, (int)length)) : new(Start + start, length);
    }

    /// <summary>The bytes that a section names in a message, or null when it has no such part.</summary>
    public static SectionBytes? Find(BodySection section, MessageContent content, MimePart? root)
    {
        if (!section.NeedsTree || root is null)
        {
            return new SectionBytes(0, content.SizeBytes);
        }
        if (!root.TryFind(section.Part, out var part))
        {
            return null;
        }
        // Offsets of the tree are of the file; what was put before the file belongs to the header of the message.
        long prefix = content.PrefixBytes;
        long headerStart = ReferenceEquals(part, root) ? 0 : prefix + part.HeaderStart;
        if (section.Text == SectionText.Mime)
        {
            return Range(headerStart, prefix + part.BodyStart);
        }
        if (section.Text == SectionText.All)
        {
            return Range(prefix + part.BodyStart, prefix + part.End);
        }
        // HEADER and TEXT are those of a message: this one, or one within it.
        var message = section.Part.Length == 0 ? root : part.Message;
        if (message is null)
        {
            return null;
        }
        headerStart = ReferenceEquals(message, root) ? 0 : prefix + message.HeaderStart;
        return section.Text switch
        {
            SectionText.Header => Range(headerStart, prefix + message.BodyStart),
            SectionText.Text => Range(prefix + message.BodyStart, prefix + message.End),
            _ => Fields(section, content, Range(headerStart, prefix + message.BodyStart)),
        };
    }

    private static SectionBytes Range(long start, long end) => new(start, Math.Max(0, end - start));

    /// <summary>The named fields as they stand in a header block, and the empty line that ends a header.</summary>
    public static SectionBytes Fields(BodySection section, ReadOnlyMemory<byte> header)
    {
        bool matching = section.Text == SectionText.HeaderFields;
        var fields = new ArrayBufferWriter<byte>();
        foreach (var field in new HeaderBlock(header))
        {
            if (IsNamed(section.Fields, field.NameBytes) == matching)
            {
                fields.Write(field.Raw.Span);
            }
        }
        fields.Write("\r\n"u8);
        return new(0, fields.WrittenCount, fields.WrittenMemory);
    }

    private static SectionBytes Fields(BodySection section, MessageContent content, SectionBytes header)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(header.Length, MaxHeaderBytes));
        try
        {
            int length = 0, wanted = (int)Math.Min(header.Length, MaxHeaderBytes);
            while (length < wanted && content.Read(header.Start + length, buffer.AsSpan(length, wanted - length)) is var got and > 0)
            {
                length += got;
            }
            return Fields(section, buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsNamed(string[] names, ReadOnlySpan<byte> name)
    {
        foreach (string wanted in names)
        {
            if (Ascii.EqualsIgnoreCase(name, wanted))
            {
                return true;
            }
        }
        return false;
    }
}
