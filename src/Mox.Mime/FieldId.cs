using System.Text;

namespace Mox.Mime;

/// <summary>The header fields that the parser keeps.</summary>
internal enum FieldId
{
    None,
    ContentType,
    ContentTransferEncoding,
    ContentDisposition,
    ContentId,
    ContentDescription,
    ContentLanguage,
    ContentLocation,
    ContentMd5,

    // From here on only of messages.
    Date,
    Subject,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    InReplyTo,
    MessageId,
    References,
}

/// <summary>Field names to <see cref="FieldId"/>.</summary>
internal static class FieldIds
{
    public static FieldId Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Is(name, "to"u8, FieldId.To) | Is(name, "cc"u8, FieldId.Cc),
        3 => Is(name, "bcc"u8, FieldId.Bcc),
        4 => Is(name, "from"u8, FieldId.From) | Is(name, "date"u8, FieldId.Date),
        6 => Is(name, "sender"u8, FieldId.Sender),
        7 => Is(name, "subject"u8, FieldId.Subject),
        8 => Is(name, "reply-to"u8, FieldId.ReplyTo),
        10 => Is(name, "message-id"u8, FieldId.MessageId) | Is(name, "references"u8, FieldId.References)
            | Is(name, "content-id"u8, FieldId.ContentId),
        11 => Is(name, "in-reply-to"u8, FieldId.InReplyTo) | Is(name, "content-md5"u8, FieldId.ContentMd5),
        12 => Is(name, "content-type"u8, FieldId.ContentType),
        16 => Is(name, "content-language"u8, FieldId.ContentLanguage) | Is(name, "content-location"u8, FieldId.ContentLocation),
        19 => Is(name, "content-disposition"u8, FieldId.ContentDisposition)
            | Is(name, "content-description"u8, FieldId.ContentDescription),
        25 => Is(name, "content-transfer-encoding"u8, FieldId.ContentTransferEncoding),
        _ => FieldId.None,
    };

    private static FieldId Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known, FieldId id) =>
        Ascii.EqualsIgnoreCase(name, known) ? id : FieldId.None;
}
