using System.Buffers;
using System.Globalization;
using System.Text;
using Mox.Addresses;

namespace Mox.Mime;

/// <summary>Composes a delivery status notification: a text for people, the fields for programs, and the message or its header (RFC 3464, RFC 6522).</summary>
/// <remarks>
/// Where an address is not ASCII the international forms are used (RFC 6533 section 4). What servers and senders said may come in as it is: control
/// characters become question marks, so that nobody writes fields of a report.
/// </remarks>
public sealed class DsnComposer
{
    // Longer ones are cut: a field has to fit a line.
    private const int MaxValueLength = 900;

    private string? _messageId;

    /// <summary>The host that reports; its postmaster is the author.</summary>
    public required Domain ReportingMta { get; init; }

    /// <summary>Whose message it is about.</summary>
    public required Address To { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>When the message came.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>The sender's name for the transaction (RFC 3461 section 4.4); null when not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>When the sender wanted it released (RFC 4865 section 5); null when it did not say.</summary>
    public DateTimeOffset? ReleaseRequested { get; init; }

    /// <summary>The Message-ID of the message, with angle brackets, so that clients show the report in its thread.</summary>
    public string? OriginalMessageId { get; init; }

    /// <summary>What became of whom; at least one.</summary>
    public required IReadOnlyList<DsnRecipient> Recipients { get; init; }

    /// <summary>The message, or its header.</summary>
    public required ReadOnlyMemory<byte> Original { get; init; }

    /// <summary>Whether <see cref="Original"/> is the whole message.</summary>
    public bool IsWholeOriginal { get; init; }

    /// <summary>Its own Message-ID, with angle brackets.</summary>
    public string MessageId => _messageId ??= $"<{MessageComposer.NewMessageId(ReportingMta)}>";

    /// <summary>Subject of a report of this kind.</summary>
    public string Subject => Recipients.Select(r => r.Action).Min() switch
    {
        DsnAction.Failed => "mail delivery failed",
        DsnAction.Delayed => "mail delivery delayed",
        DsnAction.Delivered => "mail was delivered",
        _ => "mail was sent on",
    };

    /// <summary>Whether it has UTF-8 in its header or its fields, and needs servers with SMTPUTF8 (RFC 6533 section 4).</summary>
    public bool IsInternational => !To.IsAscii || Recipients.Any(r => !Ascii.IsValid(r.AsciiAddress));

    /// <summary>Writes the report.</summary>
    public void WriteTo(Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        bool is8Bit = !Ascii.IsValid(Original.Span);
        byte[] status = StatusFields();
        var root = PartWriter.Multipart(
            "report",
            [
                PartWriter.TextPart("text/plain", Text()),
                Leaf(IsInternational ? "message/global-delivery-status" : "message/delivery-status", IsInternational ? "8bit" : "7bit", status),
                Leaf(OriginalType(is8Bit), is8Bit ? "8bit" : "7bit", Original),
            ],
            ("report-type", "delivery-status"));
        var parts = new PartWriter(IsInternational);
        target.Write(parts.Header(WriteFields, root));
        parts.WriteBody(root, target);
    }

    private static PartWriter.Part Leaf(string mediaType, string encoding, ReadOnlyMemory<byte> bytes) =>
        new() { MediaType = mediaType, Encoding = encoding, Write = target => target.Write(bytes.Span) };

    // The international types may have any UTF-8 (RFC 6533 section 4).
    private string OriginalType(bool is8Bit) => (IsWholeOriginal, IsInternational && is8Bit) switch
    {
        (true, false) => "message/rfc822",
        (true, true) => "message/global",
        (false, false) => "text/rfc822-headers",
        _ => "message/global-headers",
    };

    private void WriteFields(HeaderWriter writer)
    {
        LocalPart.TryFromValue("postmaster", out LocalPart postmaster, out _);
        writer.Field("Date", MailDate.Format(Date));
        writer.Addresses("From", [new NamedAddress("Mail Delivery System", new Address(postmaster, ReportingMta))]);
        writer.Addresses("To", [new NamedAddress(null, To)]);
        writer.Text("Subject", Subject);
        writer.Field("Message-ID", MessageId);
        if (MessageIds.Canonical(OriginalMessageId) is { } id && IsPlain(OriginalMessageId!))
        {
            string original = OriginalMessageId!.Trim();
            writer.Field("In-Reply-To", original);
            writer.Field("References", original);
        }

        // So that nobody answers by itself (RFC 3834 section 5).
        writer.Field("Auto-Submitted", "auto-replied");
        writer.Field("MIME-Version", "1.0");
    }

    private static bool IsPlain(string id) => id.Length <= MaxValueLength && id.All(c => c is > ' ' and < '\x7f');

    private string Text()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"This is the mail server {ReportingMta.Unicode}.\n");
        foreach (IGrouping<DsnAction, DsnRecipient> group in Recipients.GroupBy(r => r.Action).OrderBy(g => g.Key))
        {
            text.Append('\n').Append(Sentence(group.Key)).Append("\n\n");
            foreach (DsnRecipient recipient in group)
            {
                text.Append("  ").Append(Clean(recipient.Address, ascii: false)).Append('\n');
                if (recipient.Diagnostic is { Length: > 0 } diagnostic)
                {
                    string who = recipient.RemoteMta is { } remote ? $"{Clean(remote, ascii: false)} said: " : "";
                    text.Append("    ").Append(who).Append(Clean(diagnostic, ascii: false)).Append('\n');
                }

                if (recipient.WillRetryUntil is { } until)
                {
                    text.Append("    It is tried until ").Append(MailDate.Format(until)).Append(".\n");
                }
            }
        }

        text.Append(IsWholeOriginal ? "\nYour message is attached.\n" : "\nThe header of your message is attached.\n");
        return text.ToString();
    }

    private static string Sentence(DsnAction action) => action switch
    {
        DsnAction.Failed => "Your message could not be delivered to these recipients, and is not tried again:",
        DsnAction.Delayed => "Your message could not be delivered yet to these recipients; it is tried again, and you need not send it again:",
        DsnAction.Delivered => "Your message was delivered to these recipients:",
        _ => "Your message was sent on for these recipients, to a server that does not report further:",
    };

    private byte[] StatusFields()
    {
        var output = new ArrayBufferWriter<byte>();
        Field(output, "Original-Envelope-Id", EnvelopeId);
        Field(output, "Reporting-MTA", $"dns; {ReportingMta.Ascii}");
        Field(output, "Arrival-Date", MailDate.Format(ArrivedAt));
        if (ReleaseRequested is { } release)
        {
            Field(output, "Future-Release-Request", "until;" + release.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        foreach (DsnRecipient recipient in Recipients)
        {
            output.Write("\r\n"u8);
            bool isAscii = Ascii.IsValid(recipient.AsciiAddress);
            Field(output, "Original-Recipient", OriginalRecipient(recipient.OriginalRecipient));
            Field(output, "Final-Recipient", isAscii ? $"rfc822; {recipient.AsciiAddress}" : $"utf-8; {recipient.Address}");
            Field(output, "Action", recipient.Action.ToString().ToLowerInvariant());
            Field(output, "Status", recipient.Status);
            Field(output, "Remote-MTA", recipient.RemoteMta is { } remote ? $"dns; {remote}" : null);
            Field(output, "Diagnostic-Code", recipient.Diagnostic is { Length: > 0 } text ? (recipient.IsSmtpReply ? "smtp; " : "x-mox; ") + text : null);
            Field(output, "Last-Attempt-Date", recipient.LastAttemptAt is { } last ? MailDate.Format(last) : null);
            Field(output, "Will-Retry-Until", recipient.WillRetryUntil is { } until ? MailDate.Format(until) : null);
        }

        return output.WrittenSpan.ToArray();
    }

    // In fields of ASCII an international address is escaped, not lost.
    private string? OriginalRecipient(string? recipient)
    {
        const string type = "utf-8;";
        return recipient?.StartsWith(type, StringComparison.OrdinalIgnoreCase) == true && !IsInternational
            ? type + EscapedAddress.Encode(recipient.AsSpan(type.Length))
            : recipient;
    }

    private void Field(ArrayBufferWriter<byte> output, string name, string? value)
    {
        if (value is not null)
        {
            output.Write(Encoding.UTF8.GetBytes($"{name}: {Clean(value, !IsInternational)}\r\n"));
        }
    }

    // One line without control characters, of ASCII where it has to be.
    private static string Clean(string value, bool ascii)
    {
        var clean = new StringBuilder(Math.Min(value.Length, MaxValueLength));
        foreach (Rune rune in value.EnumerateRunes())
        {
            if (clean.Length >= MaxValueLength)
            {
                break;
            }

            bool isShown = !Rune.IsControl(rune) && rune.Value is not (0x2028 or 0x2029) && (rune.IsAscii || !ascii);
            clean.Append(isShown ? rune.ToString() : rune.Value is '\t' or '\n' or '\r' ? " " : "?");
        }

        return clean.ToString();
    }
}
