namespace Mox.Store;

/// <summary>What the operations of a group of writes to an account work on.</summary>
internal sealed class WriteContext(
    string accountName, string directory, StoreOptions options, IMessageFiles files, TimeProvider timeProvider)
    : GroupContext(directory, files, timeProvider)
{
    private readonly HashSet<long> _dirtyMailboxes = [];
    private readonly Dictionary<string, KeywordSet> _keywords = new(StringComparer.Ordinal);
    private AccountCounters _counters;
    private AccountCounters _writtenCounters;
    private (MailboxList Mailboxes, long Messages, long Size, int Edits, int Changes) _begin;
    private long _operationModSeq;

    public StoreOptions Options => options;

    public MailboxList Mailboxes { get; private set; } = MailboxList.Empty;

    public AccountCounters Counters => _counters;

    /// <summary>The last modification sequence in the database when it was opened.</summary>
    public long StoredModSeq { get; private set; }

    public List<SnapshotEdit> Edits { get; } = [];

    public List<Change> Changes { get; } = [];

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

    public override void BeginGroup()
    {
        base.BeginGroup();
        _dirtyMailboxes.Clear();
        Edits.Clear();
        Changes.Clear();
    }

    public override void BeginOperation()
    {
        base.BeginOperation();
        _operationModSeq = 0;
        _begin = (Mailboxes, _counters.MessageCount, _counters.SizeBytes, Edits.Count, Changes.Count);
    }

    public override void UndoOperation()
    {
        Mailboxes = _begin.Mailboxes;
        _counters = _counters with { MessageCount = _begin.Messages, SizeBytes = _begin.Size };
        Edits.RemoveRange(_begin.Edits, Edits.Count - _begin.Edits);
        Changes.RemoveRange(_begin.Changes, Changes.Count - _begin.Changes);
        base.UndoOperation();
    }

    /// <summary>Writes counters and mailbox rows, once for the group.</summary>
    public override void WriteState()
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

    public override void Committed()
    {
        base.Committed();
        _writtenCounters = _counters;
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

    /// <summary>Counts messages that come or go; over the quota nothing may come.</summary>
    /// <param name="messages">How many.</param>
    /// <param name="sizeBytes">Their size, less that of those which they replace.</param>
    /// <param name="replaced">How many leave in the same operation, which counts them later.</param>
    public void CountMessages(long messages, long sizeBytes, long replaced = 0)
    {
        if (sizeBytes > 0 && options.QuotaBytes(accountName) is > 0 and { } quota && _counters.SizeBytes + sizeBytes > quota)
        {
            throw new QuotaExceededException(quota);
        }

        if (messages > replaced && options.QuotaMessages(accountName) is > 0 and { } most
            && _counters.MessageCount + messages - replaced > most)
        {
            throw new QuotaExceededException(most);
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

    protected override long ReadLastMessageId() => AccountCounters.Read(Database).LastMessageId;

    protected override void Load(long highestIdOnDisk)
    {
        AccountCounters stored = AccountCounters.Read(Database);
        _writtenCounters = stored;
        StoredModSeq = stored.LastModSeq;
        _counters = stored with
        {
            LastMessageId = Math.Max(Math.Max(stored.LastMessageId, _counters.LastMessageId), highestIdOnDisk),
            LastModSeq = Math.Max(stored.LastModSeq, _counters.LastModSeq),
            LastMailboxId = Math.Max(stored.LastMailboxId, _counters.LastMailboxId),
            NextUidValidity = Math.Max(stored.NextUidValidity, _counters.NextUidValidity),
        };
        Mailboxes = MailboxRows.ReadAll(Database);
    }

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
