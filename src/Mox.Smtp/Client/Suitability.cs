namespace Mox.Smtp.Client;

/// <summary>Whether a server can take a message at all, by what it offers.</summary>
internal static class Suitability
{
    /// <summary>Why it cannot; null when it can.</summary>
    public static SmtpFailure? Check(SmtpExtensions extensions, SmtpClientOptions options, OutgoingEnvelope envelope, bool isTls)
    {
        if (envelope.RequireTls && (!isTls || !extensions.RequireTls))
        {
            return Permanent(7, 30, "the message requires TLS all the way, and the server does not offer REQUIRETLS");
        }
        if (NeedsSmtpUtf8(envelope) && !extensions.SmtpUtf8)
        {
            return NoSmtpUtf8(SmtpStage.Mail);
        }
        if (envelope.Body == MailBody.BinaryMime && !(extensions.BinaryMime && extensions.Chunking))
        {
            return Permanent(6, 3, "the content is binary, and the server does not offer BINARYMIME");
        }
        if (envelope.Body == MailBody.EightBitMime && !extensions.EightBitMime && options.Pedantic)
        {
            return Permanent(6, 3, "the content is 8-bit, and the server does not offer 8BITMIME");
        }
        return extensions.Size is > 0 and var max && envelope.SizeBytes > max
            ? Permanent(3, 4, $"the message has {envelope.SizeBytes} bytes, and the server takes {max}")
            : null;
    }

    /// <summary>The message cannot go to anybody without SMTPUTF8.</summary>
    public static bool NeedsSmtpUtf8(OutgoingEnvelope envelope) =>
        envelope.SmtpUtf8 || envelope.From.Mailbox is { LocalPart.IsAscii: false };

    /// <summary>The server lacks SMTPUTF8 (RFC 6531 section 3.5).</summary>
    public static SmtpFailure NoSmtpUtf8(SmtpStage stage) =>
        new(stage, true, 0, new EnhancedStatus(5, 6, 7), "an address or the header is not ASCII, and the server does not offer SMTPUTF8");

    private static SmtpFailure Permanent(ushort subject, ushort detail, string text) =>
        new(SmtpStage.Mail, true, 0, new EnhancedStatus(5, subject, detail), text);
}
