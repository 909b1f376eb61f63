namespace Mox.Store;

/// <summary>What one operation does to the snapshot of one mailbox, after its commit.</summary>
internal abstract record SnapshotEdit(MailboxId MailboxId, ModSeq ModSeq)
{
    public abstract void Apply(SnapshotEditor editor);
}

/// <summary>Messages came, with ascending UIDs.</summary>
internal sealed record SnapshotAdd(MailboxId MailboxId, ModSeq ModSeq, List<MessageEntry> Entries) : SnapshotEdit(MailboxId, ModSeq)
{
    public override void Apply(SnapshotEditor editor)
    {
        foreach (MessageEntry entry in Entries)
        {
            editor.Add(entry);
        }
    }
}

/// <summary>Flags of messages changed.</summary>
internal sealed record SnapshotState(MailboxId MailboxId, ModSeq ModSeq, List<(Uid Uid, MessageFlags Flags, KeywordSet Keywords)> States)
    : SnapshotEdit(MailboxId, ModSeq)
{
    public override void Apply(SnapshotEditor editor)
    {
        foreach ((Uid uid, MessageFlags flags, KeywordSet keywords) in States)
        {
            editor.SetState(uid, flags, keywords, ModSeq);
        }
    }
}

/// <summary>Messages left, with ascending UIDs; their contents are to be erased when they were not moved.</summary>
internal sealed record SnapshotRemove(MailboxId MailboxId, ModSeq ModSeq, List<Uid> Uids, List<MessageId> Contents, bool Erase)
    : SnapshotEdit(MailboxId, ModSeq)
{
    public override void Apply(SnapshotEditor editor) => editor.Remove(Uids);
}
