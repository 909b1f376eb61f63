namespace Mox.Store;

/// <summary>Counts of a mailbox, always equal to what counting its messages would give.</summary>
/// <param name="Total">Messages without \Deleted.</param>
/// <param name="Deleted">Messages with \Deleted; IMAP's MESSAGES is Total + Deleted.</param>
/// <param name="Unread">Neither \Seen nor \Deleted (webmail, JMAP).</param>
/// <param name="Unseen">Not \Seen, whether \Deleted or not (IMAP).</param>
/// <param name="SizeBytes">Of all messages.</param>
/// <param name="DeletedSizeBytes">Of those with \Deleted: what expunging them gives back.</param>
public readonly record struct MailboxCounts(long Total, long Deleted, long Unread, long Unseen, long SizeBytes, long DeletedSizeBytes)
{
    /// <summary>All messages, as IMAP counts them.</summary>
    public long Messages => Total + Deleted;

    internal MailboxCounts Add(MessageFlags flags, long sizeBytes) => Change(flags, sizeBytes, 1);

    internal MailboxCounts Remove(MessageFlags flags, long sizeBytes) => Change(flags, sizeBytes, -1);

    private MailboxCounts Change(MessageFlags flags, long sizeBytes, int sign)
    {
        bool deleted = flags.HasFlag(MessageFlags.Deleted);
        bool unseen = !flags.HasFlag(MessageFlags.Seen);
        return new MailboxCounts(
            Total + (deleted ? 0 : sign),
            Deleted + (deleted ? sign : 0),
            Unread + (unseen && !deleted ? sign : 0),
            Unseen + (unseen ? sign : 0),
            SizeBytes + (sign * sizeBytes),
            DeletedSizeBytes + (deleted ? sign * sizeBytes : 0));
    }
}
