namespace Mox.Store;

/// <summary>What the operations of a group work on: the database, and the state that memory gets after the commit.</summary>
/// <remarks>
/// Used on the writer's thread only. An operation that fails is undone by going back to what <see cref="BeginOperation"/> kept; counters
/// only go up, so a failed operation leaves a gap in them and nothing else.
/// </remarks>
internal sealed class WriteContext(
    string accountName, string directory, StoreOptions options, IMessageFiles files, TimeProvider timeProvider)
{
    private readonly HashSet<long> _dirtyMailboxes = [];
    private readonly List<string> _links = [];
    private readonly Dictionary<string, KeywordSet> _keywords = new(StringComparer.Ordinal);
    private AccountCounters _counters;
    private AccountCounters _writtenCounters;
    private (MailboxList Mailboxes, long Messages, long Size, int Edits, int Changes, int Links) _begin;
    private long _operationModSeq;
    private string? _settledDirectory;
    private string? _unsettledDirectory;

    public Database Database { get; private set; } = null!;

    public StoreOptions Options => options;

    public MailboxList Mailboxes { get; private set; } = MailboxList.Empty;

    public AccountCounters Counters => _counters;

    /// <summary>The last modification sequence in the database when it was opened.</summary>
    public long StoredModSeq { get; private set; }

    public List<SnapshotEdit> Edits { get; } = [];

    public List<Change> Changes { get; } = [];

    public HashSet<string> DirectoriesToFlush { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Links => _links;

    public DateTimeOffset Now { get; private set; }

    /// <summary>The modification sequence of the running operation: taken at first use.</summary>
    public ModSeq ModSeq
    {
        get
        {
            if (_operationModSeq == 0)
            {
                _operationModSeq = _counters.LastModSeq + 1;
                _counters = _counters with { LastModSeq = _operationModSeq };
            }

            return new ModSeq(_operationModSeq);
        }
    }

    /// <summary>Takes the state from a database that was just opened. Ids go beyond what was ever given out.</summary>
    public void Load(Database database, long highestIdOnDisk)
    {
        AccountCounters stored = AccountCounters.Read(database);
        _writtenCounters = stored;
        StoredModSeq = stored.LastModSeq;
        _counters = stored with
        {
            LastMessageId = Math.Max(Math.Max(stored.LastMessageId, _counters.LastMessageId), highestIdOnDisk),
            LastModSeq = Math.Max(stored.LastModSeq, _counters.LastModSeq),
            LastMailboxId = Math.Max(stored.LastMailboxId, _counters.LastMailboxId),
            NextUidValidity = Math.Max(stored.NextUidValidity, _counters.NextUidValidity),
        };
        Mailboxes = MailboxRows.ReadAll(database);
        Database = database;
    }

    public void BeginGroup()
    {
        Now = timeProvider.GetUtcNow();
        _links.Clear();
        _dirtyMailboxes.Clear();
        Edits.Clear();
        Changes.Clear();
        DirectoriesToFlush.Clear();
        _unsettledDirectory = null;
    }

    public void BeginOperation()
    {
        _operationModSeq = 0;
        _begin = (Mailboxes, _counters.MessageCount, _counters.SizeBytes, Edits.Count, Changes.Count, _links.Count);
    }

    /// <summary>Undoes the running operation in memory and removes the links it made; the database is rolled back by the caller.</summary>
    public void UndoOperation()
    {
        Mailboxes = _begin.Mailboxes;
        _counters = _counters with { MessageCount = _begin.Messages, SizeBytes = _begin.Size };
        Edits.RemoveRange(_begin.Edits, Edits.Count - _begin.Edits);
        Changes.RemoveRange(_begin.Changes, Changes.Count - _begin.Changes);
        RemoveLinks(_begin.Links);
    }

    /// <summary>Removes the links that the group made, from an index on; only for what surely was not committed.</summary>
    public void RemoveLinks(int from)
    {
        for (int i = _links.Count - 1; i >= from; i--)
        {
            files.Delete(_links[i]);
            _links.RemoveAt(i);
        }
    }

    /// <summary>Writes counters and mailbox rows, once for the group.</summary>
    public void WriteState()
    {
        foreach (long id in _dirtyMailboxes)
        {
            if (Mailboxes.ById.TryGetValue(id, out Mailbox? mailbox))
            {
                MailboxRows.Update(Database, mailbox);
            }
        }

        if (_counters != _writtenCounters)
        {
            _counters.Write(Database);
        }
    }

    /// <summary>The group holds: its links stay whatever happens next.</summary>
    public void Committed()
    {
        _writtenCounters = _counters;
        _links.Clear();
    }

    public Mailbox Mailbox(MailboxId id) =>
        Mailboxes.TryFind(id, out Mailbox? mailbox) ? mailbox : throw new MailboxNotFoundException();

    /// <summary>Replaces the state of a mailbox; its row is written at the end of the group.</summary>
    public void Put(Mailbox mailbox)
    {
        Mailboxes = Mailboxes.With(mailbox);
        _dirtyMailboxes.Add(mailbox.Id.Value);
    }

    public Mailbox AddMailbox(MailboxName name, SpecialUse specialUse)
    {
        if (Mailboxes.ById.Count >= options.MaxMailboxes)
        {
            throw new InvalidChangeException($"An account has at most {options.MaxMailboxes} mailboxes.");
        }

        if (_counters.NextUidValidity >= uint.MaxValue)
        {
            throw new InvalidChangeException("No UIDVALIDITY is left.");
        }

        var mailbox = new Mailbox
        {
            Id = new MailboxId(_counters.LastMailboxId + 1),
            Name = name,
            UidValidity = new UidValidity((uint)_counters.NextUidValidity),
            UidNext = new Uid(1),
            CreateModSeq = ModSeq,
            HighestModSeq = ModSeq,
            SpecialUse = specialUse,
        };
        _counters = _counters with { LastMailboxId = mailbox.Id.Value, NextUidValidity = _counters.NextUidValidity + 1 };
        MailboxRows.Insert(Database, mailbox);
        Mailboxes = Mailboxes.With(mailbox);
        Changes.Add(new ChangeMailboxAdd(mailbox.Id, ModSeq, mailbox));
        return mailbox;
    }

    /// <summary>Gives every mailbox a new UIDVALIDITY, above all that were ever used, also after the state that was restored.</summary>
    public void RenewUidValidities()
    {
        // As for a new account: half the Unix time is above what was counted up from an earlier half.
        long next = Math.Max(_counters.NextUidValidity, Now.ToUnixTimeSeconds() >> 1);
        foreach (Mailbox mailbox in Mailboxes.All)
        {
            Put(mailbox with { UidValidity = new UidValidity(checked((uint)next++)), HighestModSeq = ModSeq });
        }

        _counters = _counters with { NextUidValidity = next };
    }

    public void RemoveMailbox(Mailbox mailbox)
    {
        MailboxRows.Delete(Database, mailbox.Id);
        Mailboxes = Mailboxes.Without(mailbox);
        Changes.Add(new ChangeMailboxRemove(mailbox.Id, ModSeq, mailbox.Name));
    }

    public void SetSubscribed(MailboxName name, bool subscribed)
    {
        if (Mailboxes.IsSubscribed(name) == subscribed)
        {
            return;
        }

        if (subscribed && Mailboxes.SubscribedNames.Count >= 2 * options.MaxMailboxes)
        {
            throw new InvalidChangeException("Too many subscriptions.");
        }

        MailboxRows.SetSubscribed(Database, name, subscribed);
        Mailboxes = Mailboxes.WithSubscription(name, subscribed);
        Changes.Add(new ChangeSubscription(ModSeq, name, subscribed));
    }

    public MessageId TakeMessageId()
    {
        _counters = _counters with { LastMessageId = _counters.LastMessageId + 1 };
        return new MessageId(_counters.LastMessageId);
    }

    /// <summary>Links a spooled file as the content of a message.</summary>
    public void Link(string temporaryPath, MessageId id)
    {
        // Noted before it is made: a failure in between removes a file that is not there, which is no error.
        _links.Add(files.PathOf(directory, id));
        IReadOnlyList<string> touched = files.Link(temporaryPath, directory, id);
        DirectoriesToFlush.UnionWith(touched);
        // A directory that was there may have been made by a group that failed, or by a process that died, before its own name was flushed.
        if (touched[0] != _settledDirectory)
        {
            _unsettledDirectory = touched[0];
            DirectoriesToFlush.Add(Path.GetDirectoryName(touched[0])!);
        }
    }

    /// <summary>The directories of the group are on stable storage.</summary>
    public void DirectoriesFlushed()
    {
        _settledDirectory = _unsettledDirectory ?? _settledDirectory;
        _unsettledDirectory = null;
    }

    /// <summary>Counts messages that come or go; over the quota nothing may come.</summary>
    public void CountMessages(long messages, long sizeBytes)
    {
        if (sizeBytes > 0 && options.QuotaBytes(accountName) is > 0 and { } quota && _counters.SizeBytes + sizeBytes > quota)
        {
            throw new QuotaExceededException(quota);
        }

        _counters = _counters with
        {
            MessageCount = _counters.MessageCount + messages,
            SizeBytes = _counters.SizeBytes + sizeBytes,
        };
    }

    /// <summary>The one set with these keywords.</summary>
    public KeywordSet Intern(KeywordSet keywords) => keywords.Count == 0 ? KeywordSet.Empty : Intern(keywords.ToString(), keywords);

    /// <summary>The one set of a stored value.</summary>
    public KeywordSet Intern(string? stored) => string.IsNullOrEmpty(stored) ? KeywordSet.Empty : Intern(stored, null);

    private KeywordSet Intern(string stored, KeywordSet? keywords)
    {
        // Bounded: interning only saves memory, so starting over is harmless.
        if (_keywords.Count > 10_000)
        {
            _keywords.Clear();
        }

        if (!_keywords.TryGetValue(stored, out KeywordSet? interned))
        {
            interned = keywords ?? KeywordSet.FromStored(stored);
            _keywords.Add(stored, interned);
        }

        return interned;
    }
}
