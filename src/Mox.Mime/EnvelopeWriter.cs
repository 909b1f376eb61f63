using Mox.Addresses;

namespace Mox.Mime;

/// <summary>Writes an envelope (RFC 9051 section 9, production envelope).</summary>
internal static class EnvelopeWriter
{
    public static void Write(ImapBytes writer, MessageEnvelope envelope)
    {
        writer.Raw("("u8);
        writer.NText(envelope.DateText);
        writer.Raw(" "u8);
        writer.NText(envelope.SubjectText);
        Addresses(writer, envelope.From);
        Addresses(writer, envelope.Sender.Count > 0 ? envelope.Sender : envelope.From);
        Addresses(writer, envelope.ReplyTo.Count > 0 ? envelope.ReplyTo : envelope.From);
        Addresses(writer, envelope.To);
        Addresses(writer, envelope.Cc);
        Addresses(writer, envelope.Bcc);
        writer.Raw(" "u8);
        writer.NText(envelope.InReplyToText);
        writer.Raw(" "u8);
        writer.NText(envelope.MessageIdText);
        writer.Raw(")"u8);
    }

    private static void Addresses(ImapBytes writer, IReadOnlyList<EmailAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            writer.Raw(" NIL"u8);
            return;
        }
        writer.Raw(" ("u8);
        foreach (var address in addresses)
        {
            Address(writer, address);
        }
        writer.Raw(")"u8);
    }

    /// <summary>
    /// Name, route, mailbox, host; a group begins with a NIL host and its name as mailbox, and ends with all NIL.
    /// </summary>
    private static void Address(ImapBytes writer, EmailAddress address)
    {
        switch (address.Kind)
        {
            case EmailAddressKind.GroupStart:
                writer.Raw("(NIL NIL "u8);
                writer.NText(address.NameText ?? "");
                writer.Raw(" NIL)"u8);
                break;
            case EmailAddressKind.GroupEnd:
                writer.Raw("(NIL NIL NIL NIL)"u8);
                break;
            default:
                writer.Raw("("u8);
                writer.NText(address.NameText);
                writer.Raw(" "u8);
                writer.NString(address.Route);
                writer.Raw(" "u8);
                writer.String(address.Mailbox ?? "");
                writer.Raw(" "u8);
                // A NIL host would begin a group: a mailbox without host has an empty one.
                writer.String(writer.IsRev1 ? AsciiHost(address.Host) : address.Host ?? "");
                writer.Raw(")"u8);
                break;
        }
    }

    private static string AsciiHost(string? host) => host switch
    {
        null => "",
        _ when System.Text.Ascii.IsValid(host) => host,
        _ => Domain.TryParse(host, out var domain) ? domain.Ascii : host,
    };
}
