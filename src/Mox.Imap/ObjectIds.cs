using System.Globalization;
using Mox.Store;

namespace Mox.Imap;

/// <summary>
/// Identities of mailboxes, messages and threads that never change and are never given again (RFC 8474 section 7): a letter and a number of
/// the account.
/// </summary>
internal static class ObjectIds
{
    private const char MailboxLetter = 'F';
    private const char EmailLetter = 'M';
    private const char ThreadLetter = 'T';

    // objectid = 1*255(ALPHA / DIGIT / "_" / "-")
    private const int MaxLength = 255;

    /// <summary>MAILBOXID (RFC 8474 section 4): stays when the mailbox is renamed.</summary>
    public static string Of(MailboxId mailbox) => Text(MailboxLetter, mailbox.Value);

    /// <summary>EMAILID (RFC 8474 section 5.1): of the content, so that copies and moved messages have it too.</summary>
    public static string Of(MessageId message) => Text(EmailLetter, message.Value);

    /// <summary>THREADID (RFC 8474 section 5.2): of the thread that the message came into, whatever is joined later.</summary>
    public static string OfThread(long thread) => Text(ThreadLetter, thread);

    /// <summary>Takes an EMAILID; null when nothing has it.</summary>
    public static long? Email(ref ImapScanner input) => Take(ref input, EmailLetter);

    /// <summary>Takes a THREADID; null when nothing has it.</summary>
    public static long? Thread(ref ImapScanner input) => Take(ref input, ThreadLetter);

    private static string Text(char letter, long number) => string.Create(CultureInfo.InvariantCulture, $"{letter}{number}");

    private static long? Take(ref ImapScanner input, char letter)
    {
        int start = input.Position;
        string id = input.Astring();
        if (id.Length is 0 or > MaxLength || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
        {
            throw new ImapSyntaxException("expected an object id", start);
        }
        return id[0] == letter && long.TryParse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && id == Text(letter, number) ? number : null;
    }
}
