namespace Mox.Store;

/// <summary>What an open account keeps in memory of a mailbox that somebody looked at: the newest snapshot and the views.</summary>
/// <remarks>All but <see cref="Snapshot"/> and <see cref="IsGone"/> is guarded by the lock of <see cref="MailboxStates"/>.</remarks>
internal sealed class MailboxState(MailboxId id, MailboxStates owner)
{
    private MailboxSnapshot? _snapshot;
    private volatile bool _isGone;

    public MailboxId Id { get; } = id;

    public MailboxSnapshot? Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        set => Volatile.Write(ref _snapshot, value);
    }

    public bool IsGone
    {
        get => _isGone;
        set => _isGone = value;
    }

    public HashSet<MailboxView> Views { get; } = [];

    /// <summary>The load that runs, and what was committed meanwhile.</summary>
    public Task? Loading { get; set; }

    public List<(SnapshotEdit Edit, Mailbox Mailbox)> Missed { get; } = [];

    /// <summary>Contents that left the mailbox, which views that do not know it may still name; in order.</summary>
    public Queue<(ModSeq ModSeq, List<MessageId> Contents)> Pins { get; } = new();

    /// <summary>For dropping the snapshots that nobody looks at.</summary>
    public long LastUse { get; set; }

    public void Advanced() => owner.Advanced(this);

    public void Remove(MailboxView view) => owner.Remove(this, view);
}
