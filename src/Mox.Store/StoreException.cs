namespace Mox.Store;

/// <summary>Something the store could not do. Unless a derived type says otherwise it is a temporary failure.</summary>
public class StoreException : Exception
{
    /// <summary>Creates it.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with its cause.</summary>
    public StoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>No account of that name in the data directory.</summary>
public sealed class AccountNotFoundException(string account) : StoreException($"No account {account}.");

/// <summary>The account's database is locked, corrupt, or failed in a write: temporary for the peer, the other accounts go on.</summary>
public sealed class AccountUnavailableException(string account, Exception? innerException = null)
    : StoreException($"Account {account} is not available.", innerException);

/// <summary>No space left on the device: 452 in SMTP, NO in IMAP; nothing was changed.</summary>
public sealed class StoreFullException(Exception? innerException = null)
    : StoreException("No space left for mail.", innerException);

/// <summary>The message would take the account over its quota: 452 4.2.2 in SMTP, NO [OVERQUOTA] in IMAP.</summary>
public sealed class QuotaExceededException(long quota) : StoreException("Quota exceeded.")
{
    /// <summary>The quota, in bytes or messages.</summary>
    public long Quota { get; } = quota;
}

/// <summary>There would be more metadata entries than allowed: NO [METADATA TOOMANY].</summary>
public sealed class TooManyAnnotationsException() : StoreException("Too many annotations.");

/// <summary>The values of metadata would be larger than allowed: NO [METADATA MAXSIZE n].</summary>
public sealed class AnnotationsTooLargeException(long maxBytes) : StoreException("Annotations too large.")
{
    /// <summary>How large the largest value may be.</summary>
    public long MaxBytes { get; } = maxBytes;
}

/// <summary>The mailbox does not exist (any more): NO [TRYCREATE] or [NONEXISTENT].</summary>
public sealed class MailboxNotFoundException() : StoreException("No such mailbox.");

/// <summary>A mailbox of that name exists: NO [ALREADYEXISTS].</summary>
public sealed class MailboxExistsException() : StoreException("Mailbox exists.");

/// <summary>The mailbox has others below it and cannot be deleted: NO [HASCHILDREN].</summary>
public sealed class MailboxHasChildrenException() : StoreException("Mailbox has children.");

/// <summary>A change that is not allowed: deleting the Inbox, renaming a mailbox below itself, more than a bound. NO [CANNOT].</summary>
public sealed class InvalidChangeException(string message) : StoreException(message);
