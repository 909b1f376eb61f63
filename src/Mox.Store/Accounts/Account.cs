using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>One open account. All writes go through its single writer and are on stable storage when their task completes.</summary>
/// <remarks>
/// Thread-safe. Every method can throw <see cref="AccountUnavailableException"/>: the database is locked or corrupt, or a commit failed;
/// writes can throw <see cref="StoreFullException"/>. Cancelling a write that has begun does not undo it.
/// </remarks>
public sealed partial class Account : IGroupObserver
{
    /// <summary>The text index, which can be made again from the messages.</summary>
    internal const string TextIndexFile = "search.db";

    private const int EraseBatch = 500;
    private const int TombstonesBetweenReclaims = 10_000;

    private readonly StoreServices _store;
    private readonly string _directory;
    private readonly GroupWriter<WriteContext> _writer;
    private readonly DatabaseReaders _readers;
    private readonly MailboxStates _states;
    private readonly TextIndex _index;
    private volatile MailboxList _mailboxes = MailboxList.Empty;
    private ImmutableArray<ChangeFeed> _feeds = [];
    private long _lastModSeq;
    private long _lastMessageId;
    private long _sizeBytes;
    private long _messageCount;
    private readonly KeyFill _keyFill;
    private readonly long _textsKey;
    private int _tombstones;

    internal Account(string name, string directory, StoreServices store)
    {
        Name = name;
        _store = store;
        _directory = directory;
        var context = new WriteContext(name, directory, store.Options, store.Files, store.TimeProvider);
        var target = new AccountTarget(name, directory, store, context, this);
        _readers = new DatabaseReaders(target.DatabasePath, target.Unavailable);
        Keys = new MessageKeys(this, _readers, store.FileThreads);
        _keyFill = new KeyFill(this, store.Logger);
        _textsKey = store.HeaderTexts.NewAccount();
        _states = new MailboxStates(Erase);
        _writer = new GroupWriter<WriteContext>(store.Writers, context, target);
        _index = new TextIndex(this, Path.Combine(directory, TextIndexFile), store);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>All mailboxes, subscriptions and counts, as of the last commit.</summary>
    public MailboxList Mailboxes => _mailboxes;

    /// <summary>Sizes of all messages together, as the quota counts them.</summary>
    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    /// <summary>Messages of all mailboxes together.</summary>
    public long MessageCount => Volatile.Read(ref _messageCount);

    /// <summary>The quota in bytes, or null.</summary>
    public long? QuotaBytes => _store.Options.QuotaBytes(Name) is > 0 and { } quota ? quota : null;

    /// <summary>How many messages it may have, or null.</summary>
    public long? QuotaMessages => _store.Options.QuotaMessages(Name) is > 0 and { } quota ? quota : null;

    /// <summary>Whether these would fit now; what is added is checked once more then.</summary>
    /// <exception cref="QuotaExceededException">They would not.</exception>
    public void CheckQuota(long messages, long sizeBytes)
    {
        if (QuotaBytes is { } bytes && sizeBytes > bytes - SizeBytes)
        {
            throw new QuotaExceededException(bytes);
        }

        if (QuotaMessages is { } count && messages > count - MessageCount)
        {
            throw new QuotaExceededException(count);
        }
    }

    /// <summary>Says which contents may hold a text; filled in the background, so the newest ones may always hold it.</summary>
    public ITextIndex TextIndex => _index;

    /// <summary>What messages are sorted and threaded by.</summary>
    public MessageKeys Keys { get; }

    /// <summary>Makes a mailbox, and those above it that are missing; all are subscribed. A role is taken from its holder.</summary>
    /// <exception cref="MailboxExistsException">There is one of that name.</exception>
    /// <exception cref="InvalidChangeException">There would be too many.</exception>
    public Task<Mailbox> CreateMailboxAsync(MailboxName name, SpecialUse specialUse, CancellationToken cancellationToken) =>
        WriteAsync(c => MailboxOperations.Create(c, name, specialUse), cancellationToken);

    /// <summary>Deletes a mailbox with its messages; the subscription stays (RFC 9051 section 6.3.5). Gives the modification sequence.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="MailboxHasChildrenException">There are mailboxes below it.</exception>
    /// <exception cref="InvalidChangeException">It is the Inbox.</exception>
    public Task<ModSeq> DeleteMailboxAsync(MailboxId id, CancellationToken cancellationToken) =>
        WriteAsync(c => MailboxOperations.Delete(c, id), cancellationToken);

    /// <summary>
    /// Renames a mailbox and all below it; missing parents of the new name are made. Renaming the Inbox moves its messages to a new mailbox
    /// and leaves the ones below it (RFC 9051 section 6.3.6). Gives the modification sequence.
    /// </summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="MailboxExistsException">The new name is taken.</exception>
    /// <exception cref="InvalidChangeException">The new name is below the old one, or a name gets too long.</exception>
    public Task<ModSeq> RenameMailboxAsync(MailboxId id, MailboxName newName, CancellationToken cancellationToken) =>
        WriteAsync(c => MailboxOperations.Rename(c, id, newName), cancellationToken);

    /// <summary>Subscribes to a name, which need not exist, or unsubscribes from it. Gives the modification sequence.</summary>
    public Task<ModSeq> SetSubscribedAsync(MailboxName name, bool subscribed, CancellationToken cancellationToken) =>
        WriteAsync(
            c =>
            {
                c.SetSubscribed(name, subscribed);
                return c.ModSeq;
            },
            cancellationToken);

    /// <summary>Gives a mailbox exactly these roles; each is taken from its holder.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    public Task SetSpecialUseAsync(MailboxId id, SpecialUse specialUse, CancellationToken cancellationToken) =>
        WriteAsync(c => MailboxOperations.SetSpecialUse(c, id, specialUse), cancellationToken);

    /// <summary>
    /// Gives every mailbox a new UIDVALIDITY, so that clients forget what they knew of a state that was replaced by an older one. No session may
    /// have a view.
    /// </summary>
    public Task RenewUidValiditiesAsync(CancellationToken cancellationToken) => WriteAsync(
        static c =>
        {
            c.RenewUidValidities();
            return true;
        },
        cancellationToken);

    /// <summary>Opens a view of a mailbox for one session.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    public async ValueTask<MailboxView> OpenViewAsync(MailboxId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_mailboxes.TryFind(id, out _))
            {
                throw new MailboxNotFoundException();
            }

            if (_states.TryView(id, LoadAsync, out Task? loading) is { } view)
            {
                return view;
            }

            await loading!.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Adds messages to a mailbox, all or none, with one modification sequence.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="QuotaExceededException">They do not fit.</exception>
    public async Task<IReadOnlyList<AddedMessage>> AddAsync(
        MailboxId id, IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        IReadOnlyList<AddedMessage>? added = await RunAddAsync(new AddOperation(c => c.Mailbox(id), messages), cancellationToken);
        _store.Metrics.MessagesAdded(added!.Count);
        return added;
    }

    /// <summary>Adds a message to a mailbox, which is made when it does not exist.</summary>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    public async Task<AddedMessage> DeliverAsync(MailboxName mailbox, NewMessage message, CancellationToken cancellationToken)
    {
        var operation = new AddOperation(c => MailboxOperations.FindOrCreate(c, mailbox), [message]);
        IReadOnlyList<AddedMessage>? added = await RunAddAsync(operation, cancellationToken);
        _store.Metrics.MessagesAdded(1);
        return added![0];
    }

    /// <summary>Adds messages and removes one of the same mailbox in one operation (REPLACE, RFC 8508). Null for a UID that is gone.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    public async Task<AddedMessage?> ReplaceAsync(
        MailboxId source, Uid uid, MailboxId destination, NewMessage message, CancellationToken cancellationToken)
    {
        var operation = new AddOperation(c => c.Mailbox(destination), [message], (source, uid));
        IReadOnlyList<AddedMessage>? added = await RunAddAsync(operation, cancellationToken);
        if (added is not null)
        {
            _store.Metrics.MessagesAdded(1);
        }

        return added?[0];
    }

    /// <summary>Changes flags of messages; <paramref name="uids"/> ascending.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="InvalidChangeException">A message or the mailbox would get too many keywords.</exception>
    public Task<StoreFlagsResult> StoreFlagsAsync(
        MailboxId id, IReadOnlyList<Uid> uids, FlagChange change, ModSeq? unchangedSince, CancellationToken cancellationToken) =>
        _writer.RunAsync(new StoreFlagsOperation(id, uids, change, unchangedSince), cancellationToken);

    /// <summary>Copies messages, all that are there; <paramref name="uids"/> ascending. Source and destination may be the same.</summary>
    /// <exception cref="MailboxNotFoundException">One is gone.</exception>
    /// <exception cref="QuotaExceededException">They do not fit.</exception>
    public Task<CopyResult> CopyAsync(
        MailboxId source, IReadOnlyList<Uid> uids, MailboxId destination, CancellationToken cancellationToken) =>
        _writer.RunAsync(new CopyOperation(source, uids, destination, move: false), cancellationToken);

    /// <summary>Moves messages, all that are there; <paramref name="uids"/> ascending. No file is touched.</summary>
    /// <exception cref="MailboxNotFoundException">One is gone.</exception>
    /// <exception cref="InvalidChangeException">Source and destination are the same.</exception>
    public Task<CopyResult> MoveAsync(
        MailboxId source, IReadOnlyList<Uid> uids, MailboxId destination, CancellationToken cancellationToken) =>
        _writer.RunAsync(new CopyOperation(source, uids, destination, move: true), cancellationToken);

    /// <summary>Removes messages with \Deleted; with <paramref name="onlyThese"/> (ascending) only among those.</summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    public Task<ExpungeResult> ExpungeAsync(MailboxId id, IReadOnlyList<Uid>? onlyThese, CancellationToken cancellationToken) =>
        _writer.RunAsync(new ExpungeOperation(id, onlyThese), cancellationToken);

    /// <summary>
    /// Sets entries of metadata of a mailbox, or of the server, and removes those without a value; all or none. Gives the modification
    /// sequence of the change.
    /// </summary>
    /// <exception cref="MailboxNotFoundException">It is gone.</exception>
    /// <exception cref="TooManyAnnotationsException">There would be too many.</exception>
    /// <exception cref="AnnotationsTooLargeException">They would be too large.</exception>
    public Task<ModSeq> SetAnnotationsAsync(
        MailboxId? mailbox, IReadOnlyList<(AnnotationEntry Entry, byte[]? Value)> values, CancellationToken cancellationToken) =>
        _writer.RunAsync(new SetAnnotationsOperation(mailbox, values), cancellationToken);

    /// <summary>The metadata of a mailbox, or of the server, sorted by name.</summary>
    public IReadOnlyList<Annotation> ReadAnnotations(MailboxId? mailbox) =>
        _readers.Read(database => AnnotationRows.Read(database, mailbox));

    /// <summary>All metadata of the account; bounded by <see cref="StoreOptions.MaxAnnotationBytes"/>.</summary>
    public IReadOnlyList<Annotation> ReadAllAnnotations() => _readers.Read(AnnotationRows.ReadAll);

    /// <summary>
    /// UIDs of messages that left the mailbox after a modification sequence, ascending (QRESYNC, RFC 7162 section 3.2.5.1); null when
    /// tombstones since then are gone (<see cref="Mailbox.HighestDeletedModSeq"/>), and all UIDs that are not there must be taken as vanished.
    /// </summary>
    public IReadOnlyList<Uid>? ReadVanished(MailboxId id, ModSeq since)
    {
        if (!_mailboxes.TryFind(id, out Mailbox? mailbox))
        {
            throw new MailboxNotFoundException();
        }

        // Looked at before and after: a reclaim in between must not go unseen.
        IReadOnlyList<Uid>? vanished = since < mailbox.HighestDeletedModSeq ? null : _readers.Read(db => Vanished(db, id, since));
        return _mailboxes.TryFind(id, out mailbox) && since < mailbox.HighestDeletedModSeq ? null : vanished;
    }

    /// <summary>
    /// Reads rows, in the order of the identities; null where there is none (any more). Ask for some hundreds at a time: a read is one
    /// short transaction, which must not be held while writing to a peer.
    /// </summary>
    public IReadOnlyList<MessageRow?> ReadRows(ReadOnlySpan<MessageId> ids, MessageColumns columns)
    {
        MessageId[] wanted = ids.ToArray();
        return _readers.Read(database =>
        {
            var rows = new MessageRow?[wanted.Length];
            database.RunPrepared("BEGIN");
            ContentRows.Read(database, wanted, columns, rows);
            database.RunPrepared("COMMIT");
            return rows;
        });
    }

    /// <summary>
    /// Reads header texts of messages, in the order of the identities, and gives how many of them: it stops when the memory is full. Ask
    /// for some hundreds at a time.
    /// </summary>
    public int ReadTexts(ReadOnlyMemory<MessageId> ids, HeaderTexts texts) => _readers.Read(database =>
    {
        database.RunPrepared("BEGIN");
        int count = texts.Read(database, ids.Span);
        database.RunPrepared("COMMIT");
        return count;
    });

    /// <summary>The contents that came into a thread (<see cref="MessageRow.FirstThreadId"/>).</summary>
    public IReadOnlySet<long> ReadThread(long thread) => _readers.Read(database => ThreadAssigner.Members(database, thread));

    /// <summary>
    /// The header texts of a block of contents (<see cref="HeaderTexts.BlockContents"/>), from memory when they have been read before; null
    /// when the block is not full yet, or its texts are too long to be kept: then <see cref="ReadTexts"/> has them.
    /// </summary>
    public HeaderTexts? ReadTextBlock(HeaderTextColumns columns, long block)
    {
        if ((block + 1) * HeaderTexts.BlockContents > Volatile.Read(ref _lastMessageId))
        {
            return null;
        }

        if (_store.HeaderTexts.Find(_textsKey, columns, block) is { } known)
        {
            return known;
        }

        HeaderTexts? texts = _readers.Read(database =>
        {
            database.RunPrepared("BEGIN");
            HeaderTexts? read = HeaderTexts.OfBlock(database, columns, block);
            database.RunPrepared("COMMIT");
            return read;
        });
        if (texts is not null)
        {
            _store.HeaderTexts.Add(_textsKey, block, texts);
        }

        return texts;
    }

    /// <summary>Opens the bytes of a message, or null when it is gone.</summary>
    public MessageContent? OpenContent(MessageId id) =>
        _readers.Read(database => ContentRows.Read(database, id, MessageColumns.Prefix)) is { } row ? OpenContent(row) : null;

    /// <summary>Opens the bytes of a message whose row was read with <see cref="MessageColumns.Prefix"/>, or null when it is gone.</summary>
    public MessageContent? OpenContent(MessageRow row)
    {
        byte[] prefix = row.Prefix ?? throw new ArgumentException("The row was read without its prefix.", nameof(row));
        try
        {
            return new MessageContent(prefix, _store.Files.OpenRead(_directory, row.Id), row.SizeBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Erased between the two reads, or lost: then the row is still there, and that is a damage to be told.
            if (_readers.Read(database => ContentRows.Read(database, row.Id, MessageColumns.None)) is null)
            {
                return null;
            }

            throw new StoreException($"The file of message {row.Id} of account {Name} is missing.", e);
        }
    }

    /// <summary>Listens to changes from now on.</summary>
    /// <param name="capacity">So many may wait to be read.</param>
    /// <param name="weight">
    /// How much of the capacity a change takes, and 0 for one that is not heard; null for 1 each. Called on the writer's thread: quick, and never failing.
    /// </param>
    public ChangeFeed Subscribe(int capacity = 10_000, Func<Change, int>? weight = null)
    {
        var feed = new ChangeFeed(capacity, f => ImmutableInterlocked.Update(ref _feeds, (all, one) => all.Remove(one), f), weight);
        ImmutableInterlocked.Update(ref _feeds, (all, one) => all.Add(one), feed);
        return feed;
    }

    void IGroupObserver.Reopened(WriteContext context)
    {
        if (context.StoredModSeq != _lastModSeq)
        {
            // What memory has is not what the database has: a group whose commit failed is there all the same.
            _states.Abandon();
        }

        _readers.Drain();
        Apply(context.Mailboxes, context.Counters);
        _lastModSeq = context.StoredModSeq;
    }

    void IGroupObserver.Committed(WriteContext context)
    {
        Apply(context.Mailboxes, context.Counters);
        if (context.Edits.Count > 0 || context.Changes.Count > 0)
        {
            _states.Apply(context.Edits, context.Mailboxes, context.Changes);
        }
    }

    void IGroupObserver.Publish(WriteContext context)
    {
        ImmutableArray<ChangeFeed> feeds = _feeds;
        if (feeds.Length > 0 && context.Changes.Count > 0)
        {
            Change[] changes = [.. context.Changes];
            foreach (ChangeFeed feed in feeds)
            {
                feed.Publish(changes);
            }
        }

        _index.Grown(_lastMessageId);
        _tombstones += context.Changes.OfType<ChangeRemoveUids>().Sum(c => c.Uids.Count);
        if (_tombstones > TombstonesBetweenReclaims)
        {
            _tombstones = 0;
            _writer.Post(new ReclaimTombstonesOperation());
        }
    }

    /// <summary>Opens the database; blocks.</summary>
    internal void Open()
    {
        try
        {
            _writer.Open();
        }
        catch
        {
            _readers.Close();
            throw;
        }

        List<MessageId> files;
        List<MessageId> rows;
        try
        {
            (files, rows) = _readers.Read(ReadErases);
            _keyFill.StartWhenNeeded();
        }
        catch
        {
            // Its end has no more to say to anybody.
            _ = _writer.CloseAsync();
            _readers.Close();
            throw;
        }

        RemoveFiles(files);
        _states.AddToErase(rows);
        _writer.Post(new ReclaimTombstonesOperation());
        _index.Opened(_lastMessageId);
    }

    /// <summary>Does what waits and closes; later calls fail.</summary>
    internal async Task CloseAsync()
    {
        await _index.CloseAsync();
        await _keyFill.StopAsync();
        await _writer.CloseAsync();
        _readers.Close();
        _store.HeaderTexts.Forget(_textsKey);
        foreach (ChangeFeed feed in _feeds)
        {
            feed.Complete();
        }
    }

    /// <summary>
    /// Until the result is disposed no content is erased: every row that a reader finds from now on has its file. Expunging goes on.
    /// </summary>
    internal async Task<IDisposable> HoldContentsAsync(CancellationToken cancellationToken)
    {
        _states.Hold();
        var hold = new ContentHold(_states);
        try
        {
            // Erases that were under way are done, rows and all, when this is.
            await WriteAsync(static _ => true, cancellationToken);
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Completes when the text of all messages is in the index, which is made anew when that is wanted.</summary>
    /// <exception cref="AccountUnavailableException">The account closed, or the index cannot be written.</exception>
    public Task IndexAsync(bool rebuild, CancellationToken cancellationToken) => _index.WaitAsync(rebuild, cancellationToken);

    internal Task<T> WriteAsync<T>(Func<WriteContext, T> write, CancellationToken cancellationToken) =>
        _writer.RunAsync(new DelegateOperation<WriteContext, T>(write), cancellationToken);

    internal T Read<T>(Func<Database, T> read) => _readers.Read(read);

    private async Task<IReadOnlyList<AddedMessage>?> RunAddAsync(AddOperation operation, CancellationToken cancellationToken)
    {
        using Activity? span = StoreMetrics.Activities.StartActivity("store.add");
        span?.SetTag("mox.messages", operation.Messages.Count);
        await _writer.FlushAsync(operation.Messages.Select(m => m.Content));
        return await _writer.RunAsync(operation, cancellationToken);
    }

    private static List<Uid> Vanished(Database database, MailboxId id, ModSeq since)
    {
        var uids = new List<Uid>();
        Statement read = database.Prepare("SELECT Uid FROM Tombstones WHERE MailboxId = ? AND ModSeq > ? ORDER BY Uid")
            .Bind(id.Value).Bind(since.Value);
        while (read.Step())
        {
            uids.Add(new Uid((uint)read.Int64(0)));
        }

        return uids;
    }

    private static (List<MessageId> Files, List<MessageId> Rows) ReadErases(Database database)
    {
        List<MessageId> files = [];
        List<MessageId> rows = [];
        Statement read = database.Prepare("SELECT ContentId, IsRowGone FROM Erases");
        while (read.Step())
        {
            (read.Boolean(1) ? files : rows).Add(new MessageId(read.Int64(0)));
        }

        return (files, rows);
    }

    private void Apply(MailboxList mailboxes, AccountCounters counters)
    {
        _lastModSeq = counters.LastModSeq;
        Volatile.Write(ref _lastMessageId, counters.LastMessageId);
        Volatile.Write(ref _sizeBytes, counters.SizeBytes);
        Volatile.Write(ref _messageCount, counters.MessageCount);
        _mailboxes = mailboxes;
    }

    private async Task LoadAsync(MailboxState state)
    {
        try
        {
            MailboxSnapshot? snapshot = await _store.FileThreads.RunAsync(
                () => _readers.Read(database => MessageRows.ReadSnapshot(database, state.Id)));
            if (snapshot is null)
            {
                throw new MailboxNotFoundException();
            }

            _states.Loaded(state, snapshot);
        }
        catch
        {
            _states.LoadFailed(state);
            throw;
        }
    }

    private void Erase(IReadOnlyList<MessageId> contents)
    {
        for (int at = 0; at < contents.Count; at += EraseBatch)
        {
            _writer.Post(new EraseOperation([.. contents.Skip(at).Take(EraseBatch)], _states.Defer, RemoveFiles));
        }
    }

    private void RemoveFiles(List<MessageId> contents)
    {
        if (contents.Count == 0)
        {
            return;
        }

        // When the store is closing they stay in Erases, and go at the next open.
        _ = _store.FileThreads.TryPost(() =>
        {
            try
            {
                foreach (MessageId id in contents)
                {
                    _store.Files.Delete(_store.Files.PathOf(_directory, id));
                }

                _index.Erased(contents.Count);
                // No hurry: it goes with the next write.
                _writer.PostLazily(new FilesErasedOperation(contents));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // They are still in Erases, and tried again when the account opens.
                LogEraseFailed(_store.Logger, Name, e);
            }
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: removing files of erased messages")]
    private static partial void LogEraseFailed(ILogger logger, string account, Exception exception);

    private sealed class ContentHold(MailboxStates states) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                states.Release();
            }
        }
    }
}
