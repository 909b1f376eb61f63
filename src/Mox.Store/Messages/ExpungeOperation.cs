namespace Mox.Store;

/// <summary>Removes messages that have \Deleted (RFC 9051 section 6.4.3, and UID EXPUNGE, RFC 4315 section 2.1).</summary>
internal sealed class ExpungeOperation(MailboxId id, IReadOnlyList<Uid>? onlyThese) : WriteOperation<ExpungeResult>
{
    protected override ExpungeResult Run(WriteContext context)
    {
        Mailbox mailbox = context.Mailbox(id);
        if (mailbox.Counts.Deleted == 0)
        {
            return new ExpungeResult([], mailbox.HighestModSeq);
        }

        List<MessageEntry> removed = onlyThese is null ? MessageRows.ReadDeleted(context, id) : ReadThese(context, onlyThese);
        if (removed.Count == 0)
        {
            return new ExpungeResult([], mailbox.HighestModSeq);
        }

        Remove(context, mailbox, removed);
        return new ExpungeResult([.. removed.Select(e => e.Uid)], context.ModSeq);
    }

    /// <summary>Removes rows, and leaves their contents to be erased when no view can name them any more.</summary>
    internal static void Remove(WriteContext context, Mailbox mailbox, List<MessageEntry> removed, bool countSize = true)
    {
        ModSeq modSeq = context.ModSeq;
        long now = context.Now.ToUnixTimeSeconds();
        MailboxCounts counts = mailbox.Counts;
        foreach (MessageEntry entry in removed)
        {
            MessageRows.Delete(context.Database, mailbox.Id, entry.Uid);
            MessageRows.InsertTombstone(context.Database, mailbox.Id, modSeq, entry.Uid, now);
            MessageRows.InsertErase(context.Database, entry.MessageId);
            counts = counts.Remove(entry.Flags, entry.SizeBytes);
        }

        context.CountMessages(-removed.Count, countSize ? -removed.Sum(e => e.SizeBytes) : 0);
        Finish(context, mailbox with { Counts = counts }, removed, erase: true);
    }

    /// <summary>Keeps the mailbox's new state and notes what its snapshot and listeners get.</summary>
    internal static void Finish(WriteContext context, Mailbox mailbox, List<MessageEntry> removed, bool erase)
    {
        ModSeq modSeq = context.ModSeq;
        mailbox = mailbox with { HighestModSeq = modSeq };
        List<Uid> uids = [.. removed.Select(e => e.Uid)];
        context.Put(mailbox);
        context.Edits.Add(new SnapshotRemove(mailbox.Id, modSeq, uids, [.. removed.Select(e => e.MessageId)], erase));
        context.Changes.Add(new ChangeRemoveUids(mailbox.Id, modSeq, uids));
        context.Changes.Add(new ChangeMailboxCounts(mailbox.Id, modSeq, mailbox));
    }

    private List<MessageEntry> ReadThese(WriteContext context, IReadOnlyList<Uid> uids)
    {
        var removed = new List<MessageEntry>();
        foreach (Uid uid in uids)
        {
            if (MessageRows.TryRead(context, id, uid, out MessageEntry entry) && entry.Flags.HasFlag(MessageFlags.Deleted))
            {
                removed.Add(entry);
            }
        }

        return removed;
    }
}
