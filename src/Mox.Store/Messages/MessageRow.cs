namespace Mox.Store;

/// <summary>The row of a message's content, filled once at delivery so that lists and metadata FETCH open no file.</summary>
/// <remarks>Properties of columns that were not asked for are null. All byte arrays are ready to be copied to the wire.</remarks>
public sealed class MessageRow
{
    /// <summary>Identity.</summary>
    public required MessageId Id { get; init; }

    /// <summary>RFC822.SIZE: header prefix and file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>INTERNALDATE.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Instant of the Date header, or null.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Identity of the conversation.</summary>
    public required long ThreadId { get; init; }

    /// <summary>The conversation that it came into, which never changes, though that may be joined to another (RFC 8474 section 5.2).</summary>
    public required long FirstThreadId { get; init; }

    /// <summary>The message above it in the conversation, or null.</summary>
    public MessageId? ThreadParent { get; init; }

    /// <summary>Canonical Message-ID header (<see cref="MessageColumns.Summary"/>).</summary>
    public string? MessageIdHeader { get; init; }

    /// <summary>Decoded subject (<see cref="MessageColumns.Summary"/> or <see cref="MessageColumns.Subject"/>).</summary>
    public string? Subject { get; init; }

    /// <summary>Decoded From header (<see cref="MessageColumns.Summary"/>).</summary>
    public string? From { get; init; }

    /// <summary>Decoded To header (<see cref="MessageColumns.Summary"/>).</summary>
    public string? To { get; init; }

    /// <summary>Decoded Cc header (<see cref="MessageColumns.Summary"/>).</summary>
    public string? Cc { get; init; }

    /// <summary>Decoded Bcc header (<see cref="MessageColumns.Summary"/>).</summary>
    public string? Bcc { get; init; }

    /// <summary>First words of the text, at most 256 characters (<see cref="MessageColumns.Summary"/>).</summary>
    public string? Preview { get; init; }

    /// <summary>SMTP sender as given, "" for the null path (<see cref="MessageColumns.Delivery"/>).</summary>
    public string? MailFrom { get; init; }

    /// <summary>SMTP recipient (<see cref="MessageColumns.Delivery"/>).</summary>
    public string? RcptTo { get; init; }

    /// <summary>Address of the sending host (<see cref="MessageColumns.Delivery"/>).</summary>
    public string? RemoteIp { get; init; }

    /// <summary>EHLO or HELO argument (<see cref="MessageColumns.Delivery"/>).</summary>
    public string? EhloDomain { get; init; }

    /// <summary>TLS protocol, null without TLS (<see cref="MessageColumns.Delivery"/>).</summary>
    public string? TlsProtocol { get; init; }

    /// <summary>TLS cipher suite (<see cref="MessageColumns.Delivery"/>).</summary>
    public string? TlsCipherSuite { get; init; }

    /// <summary>What was found out about the sender when it came; null when nothing was looked for (<see cref="MessageColumns.Evidence"/>).</summary>
    public SenderEvidence? Evidence { get; init; }

    /// <summary>ENVELOPE for IMAP4rev1 clients (<see cref="MessageColumns.Envelope"/>).</summary>
    public byte[]? Envelope { get; init; }

    /// <summary>ENVELOPE for UTF8=ACCEPT and IMAP4rev2 (<see cref="MessageColumns.Envelope"/>).</summary>
    public byte[]? EnvelopeUtf8 { get; init; }

    /// <summary>BODY, without extension data (<see cref="MessageColumns.BodyStructure"/>).</summary>
    public byte[]? Body { get; init; }

    /// <summary>BODY for UTF8=ACCEPT and IMAP4rev2 (<see cref="MessageColumns.BodyStructure"/>).</summary>
    public byte[]? BodyUtf8 { get; init; }

    /// <summary>BODYSTRUCTURE (<see cref="MessageColumns.BodyStructure"/>).</summary>
    public byte[]? BodyStructure { get; init; }

    /// <summary>BODYSTRUCTURE for UTF8=ACCEPT and IMAP4rev2 (<see cref="MessageColumns.BodyStructure"/>).</summary>
    public byte[]? BodyStructureUtf8 { get; init; }

    /// <summary>MIME tree by MimeTreeCodec; offsets are of the file, without prefix (<see cref="MessageColumns.MimeTree"/>).</summary>
    public byte[]? MimeTree { get; init; }

    /// <summary>Header block before the file's bytes (<see cref="MessageColumns.Prefix"/>).</summary>
    public byte[]? Prefix { get; init; }

    /// <summary>
    /// The fields of <see cref="Store.UsualHeader"/> in their order, without the empty line (<see cref="MessageColumns.UsualHeader"/>); null
    /// also where they are not kept and the file must be asked.
    /// </summary>
    public byte[]? UsualHeader { get; init; }
}
