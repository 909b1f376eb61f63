using Mox.Store;

namespace Mox.Imap;

/// <summary>From names that clients send to mailboxes of the account.</summary>
internal static class MailboxNames
{
    /// <exception cref="ImapNoException">It cannot be the name of a mailbox.</exception>
    public static MailboxName Parse(string name) =>
        MailboxName.TryParse(name, out var parsed, out string? problem)
            ? parsed : throw new ImapNoException(ResponseCodes.Cannot, problem);

    /// <summary>The mailbox of this name.</summary>
    /// <param name="session">Whose account.</param>
    /// <param name="name">As the client sent it.</param>
    /// <param name="code">TRYCREATE where creating it would help (RFC 3501 section 7.1), else NONEXISTENT.</param>
    /// <exception cref="ImapNoException">There is none.</exception>
    public static Mailbox Find(ImapSession session, string name, string code = ResponseCodes.NonExistent) =>
        MailboxName.TryParse(name, out var parsed, out string? problem)
            ? session.Account.Mailboxes.TryFind(parsed, out var mailbox)
                ? mailbox : throw new ImapNoException(code, "no such mailbox")
            // A name that cannot be is one that is not there, and cannot be made.
            : throw new ImapNoException(ResponseCodes.NonExistent, problem);
}
