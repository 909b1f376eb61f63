using Mox.Mime;

namespace Mox.Store;

/// <summary>What a content is sorted and threaded by; made once, from its header.</summary>
internal sealed record ContentKeys
{
    // Beyond it two texts count as equal.
    private const int MaxKeyLength = 512;

    private const int MaxHeaderBytes = 1024 * 1024;

    /// <summary>The Date header as Unix seconds; null without a readable one (RFC 5256 section 2.2).</summary>
    public required long? SentAt { get; init; }

    public required byte[] Thread { get; init; }

    /// <summary>Localpart of the first address of From, as all texts here under i;unicode-casemap (RFC 5256 section 3).</summary>
    public required string From { get; init; }

    public required string To { get; init; }

    public required string Cc { get; init; }

    /// <summary>Display name of the first address of From, or its address (RFC 5957 section 3).</summary>
    public required string DisplayFrom { get; init; }

    public required string DisplayTo { get; init; }

    /// <summary>The base subject (RFC 5256 section 2.1).</summary>
    public required string Subject { get; init; }

    public static ContentKeys Of(MessageEnvelope envelope)
    {
        string subject = UnicodeCasemap.Fold(BaseSubject.Extract(envelope.Subject, out bool isReply));
        return new ContentKeys
        {
            SentAt = MailDate.TryParseForSorting(envelope.DateText, out DateTimeOffset date) ? date.ToUnixTimeSeconds() : null,
            Thread = ThreadKeyCodec.Encode(
                MessageIds.First(envelope.MessageIdText), MessageIds.References(envelope.ReferencesText, envelope.InReplyToText), subject, isReply),
            From = Mailbox(envelope.From),
            To = Mailbox(envelope.To),
            Cc = Mailbox(envelope.Cc),
            DisplayFrom = Display(envelope.From),
            DisplayTo = Display(envelope.To),
            Subject = Cut(subject),
        };
    }

    /// <summary>Makes them from the header of a message file; what cannot be read counts as not there.</summary>
    public static ContentKeys Of(MimePart root, ReadAt file)
    {
        byte[] header = new byte[Math.Min(root.BodyStart, MaxHeaderBytes)];
        int filled = 0;
        while (filled < header.Length && file(filled, header.AsSpan(filled)) is var got and > 0)
        {
            filled += got;
        }

        return Of(MessageEnvelope.Read(new HeaderBlock(header.AsMemory(0, filled))));
    }

    // addr-mailbox of ENVELOPE: for a group it is the group's name (RFC 3501 section 7.4.2).
    private static string Mailbox(IReadOnlyList<EmailAddress> addresses) =>
        addresses.Count == 0 ? "" : Key((addresses[0].IsMailbox ? addresses[0].Mailbox : addresses[0].Name) ?? "");

    private static string Display(IReadOnlyList<EmailAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            return "";
        }

        EmailAddress first = addresses[0];
        string name = first.Name?.Trim() ?? "";
        return Key(name.Length > 0 ? name : first.IsMailbox ? $"{first.Mailbox}@{first.Host}" : "");
    }

    /// <summary>A text by which messages are sorted.</summary>
    public string Text(SortText key) => key switch
    {
        SortText.From => From,
        SortText.To => To,
        SortText.Cc => Cc,
        SortText.DisplayFrom => DisplayFrom,
        SortText.DisplayTo => DisplayTo,
        _ => Subject,
    };

    private static string Key(string text) => Cut(UnicodeCasemap.Fold(text));

    // Not in the middle of a surrogate pair.
    private static string Cut(string key) =>
        key.Length <= MaxKeyLength ? key : key[..(char.IsHighSurrogate(key[MaxKeyLength - 1]) ? MaxKeyLength - 1 : MaxKeyLength)];
}
