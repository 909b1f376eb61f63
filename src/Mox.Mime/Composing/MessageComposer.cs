using System.Security.Cryptography;

namespace Mox.Mime;

/// <summary>
/// Composes a message: header, text, HTML and attachments, each encoded as it needs (RFC 5322, RFC 2045).
/// </summary>
/// <remarks>
/// Whatever people type may come in: line ends and other controls in a header value are refused with <see
/// cref="ArgumentException"/>, never
/// written (abuse case 34). Output is ASCII with CRLF and lines below 998 unless <see cref="AllowUtf8"/>.
/// </remarks>
public sealed class MessageComposer
{
    /// <summary>Authors; at least one.</summary>
    public required IReadOnlyList<NamedAddress> From { get; init; }

    /// <summary>Who sent it, when it is not the only author.</summary>
    public NamedAddress? Sender { get; init; }

    /// <summary>Reply-To.</summary>
    public IReadOnlyList<NamedAddress> ReplyTo { get; init; } = [];

    /// <summary>To.</summary>
    public IReadOnlyList<NamedAddress> To { get; init; } = [];

    /// <summary>Cc.</summary>
    public IReadOnlyList<NamedAddress> Cc { get; init; } = [];

    /// <summary>Bcc; written, so leave it empty in what is sent.</summary>
    public IReadOnlyList<NamedAddress> Bcc { get; init; } = [];

    /// <summary>Subject; empty writes no field.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Date.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Message-ID without angle brackets; <see cref="NewMessageId"/> makes one.</summary>
    public required string MessageId { get; init; }

    /// <summary>Ids of the messages answered, without angle brackets.</summary>
    public IReadOnlyList<string> InReplyTo { get; init; } = [];

    /// <summary>Ids of the thread so far, without angle brackets.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>More fields, texts for people; not those that have a property here, nor Content-*.</summary>
    public IReadOnlyList<(string Name, string Text)> MoreFields { get; init; } = [];

    /// <summary>Plain text, with any line ends.</summary>
    public string? Text { get; init; }

    /// <summary>HTML text, with any line ends.</summary>
    public string? Html { get; init; }

    /// <summary>Attachments; those with a Content-ID go with the HTML text.</summary>
    public IReadOnlyList<MessageAttachment> Attachments { get; init; } = [];

    /// <summary>Whether headers may have UTF-8 as it is, for sending with SMTPUTF8 (RFC 6532).</summary>
    public bool AllowUtf8 { get; init; }

    /// <summary>A new id that nobody can guess and that tells nothing.</summary>
    public static string NewMessageId(Addresses.Domain host) => $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}@{host.Ascii}";

    /// <summary>The message as bytes.</summary>
    /// <exception cref="ArgumentException">
    /// A field cannot be written safely; the message says which and why.
    /// </exception>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>Writes the message.</summary>
    /// <exception cref="ArgumentException">
    /// A field cannot be written safely; the message says which and why. Nothing was written.
    /// </exception>
    public void WriteTo(Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var parts = new PartWriter(AllowUtf8);
        var root = PartWriter.Build(Text, Html, Attachments);
        var header = parts.Header(WriteFields, root);
        target.Write(header);
        parts.WriteBody(root, target);
    }

    private void WriteFields(HeaderWriter writer)
    {
        if (From.Count == 0)
        {
            throw new ArgumentException("From is missing.");
        }
        writer.Field("Date", MailDate.Format(Date));
        writer.Addresses("From", From);
        writer.Addresses("Sender", Sender is { } sender ? [sender] : []);
        writer.Addresses("Reply-To", ReplyTo);
        writer.Addresses("To", To);
        writer.Addresses("Cc", Cc);
        writer.Addresses("Bcc", Bcc);
        if (Subject.Length > 0)
        {
            writer.Text("Subject", Subject);
        }
        WriteIds(writer, "Message-ID", [MessageId]);
        WriteIds(writer, "In-Reply-To", InReplyTo);
        WriteIds(writer, "References", References);
        foreach (var (name, text) in MoreFields)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase)
                || FieldIds.Find(System.Text.Encoding.UTF8.GetBytes(name)) != FieldId.None)
            {
                throw new ArgumentException($"{name} has its own place.");
            }
            writer.Text(name, text);
        }
        writer.Field("MIME-Version", "1.0");
    }

    private static void WriteIds(HeaderWriter writer, string name, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            if (string.IsNullOrEmpty(id) || id.AsSpan().ContainsAny("<> "))
            {
                throw new ArgumentException($"An id of {name} has a space or an angle bracket, or is empty.", nameof(ids));
            }
        }
        if (ids.Count > 0)
        {
            writer.Field(name, string.Join(' ', ids.Select(id => $"<{id}>")));
        }
    }
}
