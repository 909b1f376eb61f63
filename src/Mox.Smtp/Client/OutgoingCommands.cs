using System.Globalization;
using System.Text;
using Mox.Addresses;

namespace Mox.Smtp.Client;

/// <summary>MAIL and RCPT as they are written for a server with these extensions.</summary>
internal static class OutgoingCommands
{
    /// <summary>MAIL with the parameters that the server takes.</summary>
    /// <param name="extensions">What the server offers.</param>
    /// <param name="envelope">What is said.</param>
    /// <param name="isUtf8">The transaction needs SMTPUTF8.</param>
    public static string Mail(SmtpExtensions extensions, OutgoingEnvelope envelope, bool isUtf8)
    {
        var command = new StringBuilder("MAIL FROM:<");
        command.Append(envelope.From.Mailbox is { } mailbox ? Mailbox(mailbox.LocalPart.ToString(), mailbox.Host) : "").Append('>');
        if (extensions.Size is not null)
        {
            command.Append(CultureInfo.InvariantCulture, $" SIZE={envelope.SizeBytes}");
        }
        if (envelope.Body == MailBody.BinaryMime)
        {
            command.Append(" BODY=BINARYMIME");
        }
        else if (envelope.Body == MailBody.EightBitMime && extensions.EightBitMime)
        {
            command.Append(" BODY=8BITMIME");
        }
        if (isUtf8)
        {
            command.Append(" SMTPUTF8");
        }
        if (envelope.RequireTls)
        {
            command.Append(" REQUIRETLS");
        }
        if (extensions.Dsn && envelope.Dsn is { } dsn)
        {
            command.Append(dsn.Return switch { DsnReturn.Full => " RET=FULL", DsnReturn.Headers => " RET=HDRS", _ => "" });
            command.Append(dsn.EnvelopeId is { Length: > 0 } id ? $" ENVID={XText.Encode(id)}" : "");
        }
        return command.ToString();
    }

    /// <summary>RCPT with the parameters that the server takes.</summary>
    public static string Rcpt(SmtpExtensions extensions, OutgoingRecipient recipient)
    {
        var path = recipient.Path;
        var command = new StringBuilder("RCPT TO:<");
        command.Append(path.Host is { } host ? Mailbox(path.LocalPart.ToString(), host) : path.LocalPart.ToString()).Append('>');
        if (extensions.Dsn && recipient.Notify is { } notify)
        {
            command.Append(" NOTIFY=").Append(Notify(notify));
        }
        if (extensions.Dsn && recipient.OriginalRecipient is { } original && IsAtom(original.AddressType))
        {
            command.Append(" ORCPT=").Append(Original(original));
        }
        return command.ToString();
    }

    // A-labels are right for every server, with SMTPUTF8 too (RFC 6531 section 3.2).
    private static string Mailbox(string localPart, SmtpHost host) => $"{localPart}@{host.Domain?.Ascii ?? host.ToString()}";

    private static string Notify(DsnNotify notify) => notify == DsnNotify.Never ? "NEVER" : string.Join(',', Words(notify));

    private static IEnumerable<string> Words(DsnNotify notify)
    {
        if (notify.HasFlag(DsnNotify.Success))
        {
            yield return "SUCCESS";
        }
        if (notify.HasFlag(DsnNotify.Failure))
        {
            yield return "FAILURE";
        }
        if (notify.HasFlag(DsnNotify.Delay))
        {
            yield return "DELAY";
        }
    }

    // An address beyond ASCII goes by the escapes of utf-8, which every server with DSN can pass on (RFC 6533 section 3).
    private static string Original(OriginalRecipient original) => Ascii.IsValid(original.Address)
        ? $"{original.AddressType};{XText.Encode(original.Address)}"
        : "utf-8;" + EscapedAddress.Encode(original.Address);

    private static bool IsAtom(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
