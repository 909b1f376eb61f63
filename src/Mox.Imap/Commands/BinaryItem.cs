using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>BINARY, BINARY.PEEK and BINARY.SIZE: a part with its transfer encoding undone (RFC 3516 section 4.2).</summary>
internal static class BinaryItem
{
    /// <summary>The item, if it is one of these.</summary>
    public static FetchItem? TryParse(ref ImapScanner input)
    {
        if (input.TryText("BINARY.PEEK"u8))
        {
            return new(FetchItemKind.Binary, BodySection.ParseBinary(ref input, "BINARY", peek: true, partial: true));
        }
        if (input.TryText("BINARY.SIZE"u8))
        {
            return new(FetchItemKind.BinarySize, BodySection.ParseBinary(ref input, "BINARY.SIZE", peek: true, partial: false));
        }
        return input.TryText("BINARY"u8)
            ? new(FetchItemKind.Binary, BodySection.ParseBinary(ref input, "BINARY", peek: false, partial: true))
            : null;
    }

    public static bool Is(FetchItemKind kind) => kind is FetchItemKind.Binary or FetchItemKind.BinarySize;

    /// <summary>Whether the encoding of the part is none that can be undone.</summary>
    /// <exception cref="ImapNoException">So it is (RFC 3516 section 4.3).</exception>
    public static void Check(BodySection section, MimePart root)
    {
        if (section.Part.Length > 0 && root.TryFind(section.Part, out var part) && IsLeaf(part) && part.Encoding == TransferEncoding.Unknown)
        {
            throw new ImapNoException(ResponseCodes.UnknownCte, "the encoding of the part is not known");
        }
    }

    /// <summary>Writes what follows the item's name.</summary>
    /// <param name="writer">Where.</param>
    /// <param name="item">What is asked for.</param>
    /// <param name="content">The message; null when it is gone.</param>
    /// <param name="root">Its parts, unless all of it is asked for.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public static async ValueTask WriteAsync(
        ImapWriter writer, FetchItem item, MessageContent? content, MimePart? root, CancellationToken cancellationToken)
    {
        var section = item.Section!;
        if (content is null || (section.NeedsTree && !root!.TryFind(section.Part, out _)))
        {
            writer.Raw(item.Kind == FetchItemKind.BinarySize ? "0"u8 : "NIL"u8);
            return;
        }
        MimePart? encoded = section.NeedsTree && root!.TryFind(section.Part, out var part) && IsEncoded(part) ? part : null;
        int Read(long offset, Span<byte> buffer) => content.Read(offset + content.PrefixBytes, buffer);
        var raw = encoded is null ? SectionBytes.Find(section, content, root)!.Value : default;
        long wanted = section.Offset is { } offset && item.Kind == FetchItemKind.Binary ? Math.Min(long.MaxValue - section.Count, offset) + section.Count : long.MaxValue;
        long length = encoded is null ? raw.Length : Count(encoded, Read, wanted);
        if (item.Kind == FetchItemKind.BinarySize)
        {
            writer.Number(length);
            return;
        }
        long start = Math.Min(section.Offset ?? 0, length);
        long count = section.Offset is null ? length : Math.Min(section.Count, length - start);
        // literal8, since there may be NUL (RFC 3516 section 7).
        writer.Raw("~{"u8).Number(count).Raw("}\r\n"u8);
        if (encoded is null)
        {
            await writer.CopyAsync(count, (at, into) => content.Read(raw.Start + start + at, into.Span), cancellationToken);
            return;
        }
        using var decoded = DecodedContent.Open(encoded, Read);
        Skip(decoded, start);
        await writer.CopyAsync(count, (_, into) => decoded.Read(into.Span), cancellationToken);
    }

    // Parts that hold others have no encoding of their own (RFC 2045 section 6.4).
    private static bool IsLeaf(MimePart part) => !part.IsMultipart && part.Message is null;

    private static bool IsEncoded(MimePart part) =>
        IsLeaf(part) && part.Encoding is TransferEncoding.Base64 or TransferEncoding.QuotedPrintable;

    // The length of a literal is told before it: the part is decoded twice, and never in memory.
    private static long Count(MimePart part, ReadAt source, long most)
    {
        using var decoded = DecodedContent.Open(part, source);
        return Skip(decoded, most);
    }

    private static long Skip(Stream stream, long most)
    {
        Span<byte> buffer = stackalloc byte[4096];
        long skipped = 0;
        while (skipped < most && stream.Read(buffer[..(int)Math.Min(buffer.Length, most - skipped)]) is var got and > 0)
        {
            skipped += got;
        }
        return skipped;
    }
}
