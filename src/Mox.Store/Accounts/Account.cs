namespace Mox.Store;

/// <summary>One open account. All writes go through its single writer and are on stable storage when their task completes.</summary>
/// <remarks>
/// Thread-safe. Every method can throw <see cref="AccountUnavailableException"/>: the database is locked or corrupt, or a commit failed;
/// writes can throw <see cref="StoreFullException"/>. Cancelling a write that has begun does not undo it.
/// </remarks>
public sealed class Account
{
    internal Account(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>All mailboxes, subscriptions and counts, as of the last commit.</summary>
    public MailboxList Mailboxes => throw new NotImplementedException();

    /// <summary>Sizes of all messages together, as the quota counts them.</summary>
    public long SizeBytes => throw new NotImplementedException();

    /// <summary>The quota in bytes, or null.</summary>
    public long? QuotaBytes => throw new NotImplementedException();

    /// <summary>Makes a mailbox, and those above it that are missing; all are subscribed. A role is taken from its holder.</summary>
    /// <exception cref="MailboxExistsException">There is one of that name.</exception>
    /// <exception cref="InvalidChangeException">There would be too many.</exception>
    public Task<Mailbox> CreateMailboxAsync(MailboxName name, SpecialUse specialUse, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Deletes a mailbox with its messages; the subscription stays (RFC 9051 section 6.3.5).</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="MailboxHasChildrenException">There are mailboxes below it.</exception>
    /// <exception cref="InvalidChangeException">It is the Inbox.</exception>
    public Task DeleteMailboxAsync(MailboxId id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// Renames a mailbox and all below it; missing parents of the new name are made. Renaming the Inbox moves its messages to a new mailbox
    /// and leaves the ones below it (RFC 9051 section 6.3.6).
    /// </summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="MailboxExistsException">The new name is taken.</exception>
    /// <exception cref="InvalidChangeException">The new name is below the old one, or a name gets too long.</exception>
    public Task RenameMailboxAsync(MailboxId id, MailboxName newName, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Subscribes to a name, which need not exist, or unsubscribes from it.</summary>
    public Task SetSubscribedAsync(MailboxName name, bool subscribed, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Gives a mailbox exactly these roles; each is taken from its holder.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    public Task SetSpecialUseAsync(MailboxId id, SpecialUse specialUse, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a view of a mailbox for one session.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    public ValueTask<MailboxView> OpenViewAsync(MailboxId id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Adds messages to a mailbox, all or none, with one modification sequence.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="QuotaExceededException">They do not fit.</exception>
    public Task<IReadOnlyList<AddedMessage>> AddAsync(MailboxId id, IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Adds a message to a mailbox, which is made when it does not exist.</summary>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    public Task<AddedMessage> DeliverAsync(MailboxName mailbox, NewMessage message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Adds messages and removes one of the same mailbox in one operation (REPLACE, RFC 8508). Null for a UID that is gone.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    public Task<AddedMessage?> ReplaceAsync(MailboxId source, Uid uid, MailboxId destination, NewMessage message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Changes flags of messages; <paramref name="uids"/> ascending.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="InvalidChangeException">A message or the mailbox would get too many keywords.</exception>
    public Task<StoreFlagsResult> StoreFlagsAsync(MailboxId id, IReadOnlyList<Uid> uids, FlagChange change, ModSeq? unchangedSince, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Copies messages, all that are there; <paramref name="uids"/> ascending. Source and destination may be the same.</summary>
    /// <exception cref="MailboxNotFoundException">One is gone.</exception>
    /// <exception cref="QuotaExceededException">They do not fit.</exception>
    public Task<CopyResult> CopyAsync(MailboxId source, IReadOnlyList<Uid> uids, MailboxId destination, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Moves messages, all that are there; <paramref name="uids"/> ascending. No file is touched.</summary>
    /// <exception cref="MailboxNotFoundException">One is gone.</exception>
    /// <exception cref="InvalidChangeException">Source and destination are the same.</exception>
    public Task<CopyResult> MoveAsync(MailboxId source, IReadOnlyList<Uid> uids, MailboxId destination, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes messages with \Deleted; with <paramref name="onlyThese"/> (ascending) only among those.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    public Task<ExpungeResult> ExpungeAsync(MailboxId id, IReadOnlyList<Uid>? onlyThese, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// UIDs of messages that left the mailbox after a modification sequence, ascending (QRESYNC, RFC 7162 section 3.2.5.1); null when
    /// tombstones since then are gone (<see cref="Mailbox.HighestDeletedModSeq"/>), and all UIDs that are not there must be taken as vanished.
    /// </summary>
    public IReadOnlyList<Uid>? ReadVanished(MailboxId id, ModSeq since) => throw new NotImplementedException();

    /// <summary>
    /// Reads rows, in the order of the identities; null where there is none (any more). Ask for some hundreds at a time: a read is one
    /// short transaction, which must not be held while writing to a peer.
    /// </summary>
    public IReadOnlyList<MessageRow?> ReadRows(ReadOnlySpan<MessageId> ids, MessageColumns columns) => throw new NotImplementedException();

    /// <summary>Opens the bytes of a message, or null when it is gone.</summary>
    public MessageContent? OpenContent(MessageId id) => throw new NotImplementedException();

    /// <summary>Listens to changes from now on.</summary>
    public ChangeFeed Subscribe(int capacity = 10_000) => throw new NotImplementedException();
}
