namespace Mox.Store;

/// <summary>Copies or moves messages within the account: rows only, the contents are shared.</summary>
internal sealed class CopyOperation(MailboxId source, IReadOnlyList<Uid>? uids, MailboxId destination, bool move) : WriteOperation<CopyResult>
{
    protected override CopyResult Run(WriteContext context) =>
        Transfer(context, context.Mailbox(source), uids, context.Mailbox(destination), move);

    /// <summary>Transfers messages; all of the mailbox when no UIDs are given.</summary>
    internal static CopyResult Transfer(WriteContext context, Mailbox from, IReadOnlyList<Uid>? uids, Mailbox to, bool move)
    {
        if (move && from.Id == to.Id)
        {
            throw new InvalidChangeException("Source and destination are the same mailbox.");
        }

        var taken = new List<MessageEntry>();
        foreach (Uid uid in uids ?? MessageRows.AllUids(context.Database, from.Id))
        {
            if (MessageRows.TryRead(context, from.Id, uid, out MessageEntry entry))
            {
                taken.Add(entry);
            }
        }

        if (taken.Count == 0)
        {
            return new CopyResult(to.UidValidity, [], [], from.HighestModSeq);
        }

        if (!move)
        {
            context.CountMessages(taken.Count, taken.Sum(e => e.SizeBytes));
        }

        ModSeq modSeq = context.ModSeq;
        long now = context.Now.ToUnixTimeSeconds();
        var added = new List<MessageEntry>(taken.Count);
        KeywordSet keywords = to.Keywords;
        MailboxCounts counts = to.Counts;
        foreach (MessageEntry entry in taken)
        {
            MessageEntry copy = entry with { Uid = AddOperation.TakeUid(ref to), ModSeq = modSeq, SavedAtSeconds = now };
            MessageRows.Insert(context.Database, to.Id, copy);
            added.Add(copy);
            keywords = MailboxKeywords.Union(keywords, copy.Keywords);
            counts = counts.Add(copy.Flags, copy.SizeBytes);
            context.Changes.Add(new ChangeAddUid(to.Id, modSeq, copy.Uid, copy.MessageId, copy.Flags, copy.Keywords));
        }

        AddOperation.Finish(context, to with { Counts = counts }, keywords, added);
        if (move)
        {
            RemoveMoved(context, context.Mailbox(from.Id), taken);
        }

        return new CopyResult(to.UidValidity, [.. taken.Select(e => e.Uid)], [.. added.Select(e => e.Uid)], modSeq);
    }

    private static void RemoveMoved(WriteContext context, Mailbox source, List<MessageEntry> taken)
    {
        ModSeq modSeq = context.ModSeq;
        long now = context.Now.ToUnixTimeSeconds();
        MailboxCounts counts = source.Counts;
        foreach (MessageEntry entry in taken)
        {
            MessageRows.Delete(context.Database, source.Id, entry.Uid);
            MessageRows.InsertTombstone(context.Database, source.Id, modSeq, entry.Uid, now);
            counts = counts.Remove(entry.Flags, entry.SizeBytes);
        }

        ExpungeOperation.Finish(context, source with { Counts = counts }, taken, erase: false);
    }
}
