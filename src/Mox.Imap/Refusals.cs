using System.Globalization;
using Mox.Store;

namespace Mox.Imap;

/// <summary>What the store cannot do, as the NO that says it (RFC 5530 section 3).</summary>
internal static class Refusals
{
    /// <summary>The reply for an expected exception; null for all others, which are our fault.</summary>
    public static ImapNoException? Of(Exception exception) => exception switch
    {
        ImapNoException refusal => refusal,
        MailboxNotFoundException => new(ResponseCodes.NonExistent, "no such mailbox"),
        MailboxExistsException => new(ResponseCodes.AlreadyExists, "there is a mailbox of that name"),
        MailboxHasChildrenException => new(ResponseCodes.HasChildren, "the mailbox has others below it"),
        InvalidChangeException => new(ResponseCodes.Cannot, Ascii(exception.Message)),
        QuotaExceededException => new(ResponseCodes.OverQuota, "over quota"),
        // (RFC 5464 section 4.3)
        TooManyAnnotationsException => new("METADATA TOOMANY", "too many entries"),
        AnnotationsTooLargeException tooLarge =>
            new(string.Create(CultureInfo.InvariantCulture, $"METADATA MAXSIZE {tooLarge.MaxBytes}"), "the values are too large"),
        StoreFullException => new(ResponseCodes.Unavailable, "no space left on the server, nothing was changed"),
        AccountUnavailableException or AccountNotFoundException =>
            new(ResponseCodes.Unavailable, "the account is not available now, try again later"),
        _ => null,
    };

    // Texts of the store may quote a name; a reply's text is one line of ASCII.
    private static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
