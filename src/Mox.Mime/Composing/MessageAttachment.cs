namespace Mox.Mime;

/// <summary>A part that a composed message carries beside its text.</summary>
public sealed class MessageAttachment
{
    /// <summary>
    /// Media type without parameters, as <c>image/png</c>; <c>application/octet-stream</c> when not known.
    /// </summary>
    public string MediaType { get; init; } = "application/octet-stream";

    /// <summary>File name in Unicode, or null.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// Content-ID without angle brackets, for parts that the HTML text refers to; null for the others.
    /// </summary>
    public string? ContentId { get; init; }

    /// <summary>The content, opened for each writing and disposed after it.</summary>
    public required Func<Stream> Open { get; init; }

    /// <summary>An attachment from bytes in memory.</summary>
    public static MessageAttachment FromBytes(byte[] content, string mediaType, string? fileName = null, string? contentId = null) => new()
    {
        MediaType = mediaType,
        FileName = fileName,
        ContentId = contentId,
        Open = () => new MemoryStream(content, writable: false),
    };
}
