using System.Diagnostics;

namespace Mox.Smtp.Server;

/// <summary>One mail transaction of a session, from MAIL to its end.</summary>
internal sealed class SmtpTransaction(Envelope envelope, IMailTransaction inbound, SmtpOptions options) : IAsyncDisposable
{
    /// <summary>What MAIL said.</summary>
    public Envelope Envelope { get; } = envelope;

    /// <summary>What receives.</summary>
    public IMailTransaction Inbound { get; } = inbound;

    /// <summary>The accepted recipients, at most <see cref="SmtpOptions.MaxRecipients"/>.</summary>
    public List<ForwardPath> Recipients { get; } = [];

    /// <summary>Takes the content.</summary>
    public ContentSink Sink { get; } = new(inbound, options.MaxMessageBytes);

    /// <summary>DATA showed a smuggling sequence, a bare CR, or a refused bare LF.</summary>
    public bool IsSpoiled { get; set; }

    /// <summary>From MAIL to the end, or null when nobody traces.</summary>
    public Activity? Span { get; init; }

    /// <summary>Number of BDAT commands.</summary>
    public int Chunks { get; set; }

    /// <summary>When the content began, by the monotonic clock: a jump of the wall clock must not cut a message.</summary>
    public long? ContentStarted { get; set; }

    /// <summary>Tells whether the content can be taken, as far as the protocol can say; null when it can.</summary>
    public SmtpReply? Problem(SmtpOptions options, SmtpReply tooLarge)
    {
        var seen = Sink.Observed;
        if (IsSpoiled)
        {
            return new SmtpReply(500, 5, 5, 2, "bare CR or LF around a dot or in the text: refused, it could be SMTP smuggling");
        }
        if (Sink.IsTooLarge)
        {
            return tooLarge;
        }
        if (seen.ReceivedCount > options.MaxReceivedFields)
        {
            return new SmtpReply(550, 5, 4, 6, $"mail loop: more than {options.MaxReceivedFields} Received fields");
        }
        // SMTPUTF8 alone allows 8-bit fields; the body still needs 8BITMIME (RFC 6531 section 3.6).
        if (options.Pedantic && seen.Has8BitBody && Envelope.Body == MailBody.SevenBit)
        {
            return new SmtpReply(550, 5, 6, 3, "8-bit content needs BODY=8BITMIME");
        }
        return options.Pedantic && seen.HasUtf8Header && !Envelope.SmtpUtf8
            ? new SmtpReply(550, 5, 6, 7, "8-bit header fields need SMTPUTF8")
            : null;
    }

    /// <summary>What was seen, for the receiver.</summary>
    public ContentFacts Facts(DateTimeOffset receivedAt) =>
        new(Sink.SizeBytes, Sink.Observed.ReceivedCount, Sink.Observed.Has8Bit, NeedsSmtpUtf8(), receivedAt)
        {
            MessageId = Sink.Observed.MessageId,
        };

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Span?.Dispose();
        return Inbound.DisposeAsync();
    }

    // Judged by the content, not by what the client said (RFC 6531 section 3.6).
    private bool NeedsSmtpUtf8() => Sink.Observed.HasUtf8Header
        || Envelope.From.Mailbox is { LocalPart.IsAscii: false }
        || Recipients.Exists(r => !r.LocalPart.IsAscii);
}
