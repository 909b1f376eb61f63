namespace Mox.Mime;

/// <summary>The fields of a message's header that mailboxes are listed by (RFC 9051 section 7.5.2, ENVELOPE).</summary>
/// <remarks>
/// Texts are unfolded header text: UTF-8 where it is that, else read as Latin-1; encoded words stay until asked for.
/// </remarks>
public sealed class MessageEnvelope
{
    /// <summary>An envelope without any field.</summary>
    public static MessageEnvelope Empty { get; } = new();

    /// <summary>Date as it stands.</summary>
    public string? DateText { get; init; }

    /// <summary>Date as an instant, or null when absent or unreadable.</summary>
    public DateTimeOffset? Date => MailDate.TryParse(DateText, out var date) ? date : null;

    /// <summary>Subject as it stands, encoded words undecoded.</summary>
    public string? SubjectText { get; init; }

    /// <summary>Subject decoded, for people and for SEARCH; empty when absent.</summary>
    public string Subject => SubjectText is null ? "" : EncodedWord.Decode(SubjectText);

    /// <summary>Authors.</summary>
    public IReadOnlyList<EmailAddress> From { get; init; } = [];

    /// <summary>Sender as it stands; empty when absent (ENVELOPE then shows <see cref="From"/>).</summary>
    public IReadOnlyList<EmailAddress> Sender { get; init; } = [];

    /// <summary>Reply-To as it stands; empty when absent (ENVELOPE then shows <see cref="From"/>).</summary>
    public IReadOnlyList<EmailAddress> ReplyTo { get; init; } = [];

    /// <summary>To.</summary>
    public IReadOnlyList<EmailAddress> To { get; init; } = [];

    /// <summary>Cc.</summary>
    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];

    /// <summary>Bcc.</summary>
    public IReadOnlyList<EmailAddress> Bcc { get; init; } = [];

    /// <summary>In-Reply-To as it stands.</summary>
    public string? InReplyToText { get; init; }

    /// <summary>Message-ID as it stands, angle brackets included.</summary>
    public string? MessageIdText { get; init; }

    /// <summary>References as it stands.</summary>
    public string? ReferencesText { get; init; }

    /// <summary>Message-ID in canonical form, or null.</summary>
    public string? MessageId => MessageIds.Canonical(MessageIdText);

    /// <summary>
    /// References, then In-Reply-To, in canonical form, oldest first, without repeats: the ancestors for threading.
    /// </summary>
    public IReadOnlyList<string> Ancestors() => MessageIds.Ancestors(ReferencesText, InReplyToText);

    /// <summary>Reads the envelope from a header block.</summary>
    public static MessageEnvelope Read(HeaderBlock header) => EnvelopeBuilder.Build(header);
}
