using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>The day of the Date header as it stands there, whatever its zone (RFC 3501 section 6.4.4, SENTON).</summary>
internal static class SentDate
{
    /// <summary>From the row's ENVELOPE, whose first string is the header; null when there is no date.</summary>
    public static DateOnly? Of(MessageRow row)
    {
        if (row.SentAt is not { } sentAt)
        {
            return null;
        }
        try
        {
            var envelope = new ImapScanner(row.Envelope);
            envelope.Byte((byte)'(');
            if (MailDate.TryParse(envelope.Nstring(), out var date))
            {
                return DateOnly.FromDateTime(date.DateTime);
            }
        }
        catch (ImapSyntaxException)
        {
            // A date in bytes that are no text: the instant is known all the same.
        }
        return DateOnly.FromDateTime(sentAt.UtcDateTime);
    }
}
