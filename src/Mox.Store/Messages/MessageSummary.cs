using Mox.Mime;

namespace Mox.Store;

/// <summary>What the row of a content gets from the parsed message; made once, when the message is spooled.</summary>
internal sealed record MessageSummary
{
    /// <summary>Goes up with what rows hold; a part that older code did not fill, or filled otherwise, is taken from the file.</summary>
    public const int ParseVersion = 2;

    internal const int MaxTextLength = 4096;

    // Ancestors beyond the nearest ones add nothing to threads.
    private const int MaxAncestors = 50;

    public required string? MessageIdHeader { get; init; }

    public required string SubjectBase { get; init; }

    public required bool IsReply { get; init; }

    public required bool IsDsn { get; init; }

    /// <summary>Ancestors named by References and In-Reply-To, nearest first.</summary>
    public required IReadOnlyList<string> Ancestors { get; init; }

    public required long? SentAt { get; init; }

    public required string Subject { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public required string Cc { get; init; }

    public required string Bcc { get; init; }

    public required string Preview { get; init; }

    public required byte[] Envelope { get; init; }

    public required byte[]? EnvelopeUtf8 { get; init; }

    public required byte[] Body { get; init; }

    public required byte[]? BodyUtf8 { get; init; }

    public required byte[] BodyStructure { get; init; }

    public required byte[]? BodyStructureUtf8 { get; init; }

    public required byte[] MimeTree { get; init; }

    /// <summary>The usual fields of the file; null when they are not kept.</summary>
    public required byte[]? UsualHeader { get; init; }

    /// <summary>What it is sorted and threaded by.</summary>
    public required ContentKeys Keys { get; init; }

    public static MessageSummary Of(ParsedMessage parsed, ReadAt content)
    {
        MessageEnvelope envelope = parsed.Root.Envelope ?? MessageEnvelope.Empty;
        string subject = envelope.Subject;
        byte[] rev1 = ImapRendering.Envelope(envelope, ImapForm.Rev1);
        byte[] body = ImapRendering.BodyStructure(parsed.Root, false, ImapForm.Rev1);
        byte[] structure = ImapRendering.BodyStructure(parsed.Root, true, ImapForm.Rev1);
        string subjectBase = BaseSubject.Of(subject, out bool isReply);
        return new MessageSummary
        {
            MessageIdHeader = envelope.MessageId is { } id ? Cut(id) : null,
            SubjectBase = Cut(subjectBase),
            IsReply = isReply,
            IsDsn = parsed.Root is { MediaType: "multipart", MediaSubtype: "report" }
                && "delivery-status".Equals(parsed.Root.Parameter("report-type"), StringComparison.OrdinalIgnoreCase),
            Ancestors = [.. envelope.Ancestors().Reverse().Select(Cut).Take(MaxAncestors)],
            SentAt = envelope.Date?.ToUnixTimeSeconds(),
            Subject = Cut(subject),
            From = Join(envelope.From),
            To = Join(envelope.To),
            Cc = Join(envelope.Cc),
            Bcc = Join(envelope.Bcc),
            Preview = Mime.Preview.From(parsed.Root, content),
            Envelope = rev1,
            EnvelopeUtf8 = Other(rev1, ImapRendering.Envelope(envelope, ImapForm.Utf8)),
            Body = body,
            BodyUtf8 = Other(body, ImapRendering.BodyStructure(parsed.Root, false, ImapForm.Utf8)),
            BodyStructure = structure,
            BodyStructureUtf8 = Other(structure, ImapRendering.BodyStructure(parsed.Root, true, ImapForm.Utf8)),
            MimeTree = MimeTreeCodec.Encode(parsed),
            Keys = ContentKeys.Of(envelope),
            UsualHeader = Store.UsualHeader.Of(parsed.Root, content),
        };
    }

    private static byte[]? Other(byte[] rev1, byte[] utf8) => rev1.AsSpan().SequenceEqual(utf8) ? null : utf8;

    private static string Join(IReadOnlyList<EmailAddress> addresses)
    {
        var text = new System.Text.StringBuilder();
        foreach (EmailAddress address in addresses)
        {
            if (address.IsMailbox)
            {
                text.Append(text.Length == 0 ? "" : ", ").Append(address);
            }

            if (text.Length > MaxTextLength)
            {
                break;
            }
        }

        return Cut(text.ToString());
    }

    // For lists and search; the whole is in the file. Not in the middle of a surrogate pair.
    private static string Cut(string text) =>
        text.Length <= MaxTextLength ? text : text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];
}
