namespace Mox.Store;

/// <summary>Changes flags and keywords of messages (STORE, RFC 9051 section 6.4.6, with UNCHANGEDSINCE, RFC 7162 section 3.1.3).</summary>
internal sealed class StoreFlagsOperation(MailboxId id, IReadOnlyList<Uid> uids, FlagChange change, ModSeq? unchangedSince)
    : WriteOperation<StoreFlagsResult>
{
    protected override StoreFlagsResult Run(WriteContext context)
    {
        Mailbox mailbox = context.Mailbox(id);
        var states = new List<(Uid, MessageFlags, KeywordSet)>();
        var changed = new List<Uid>();
        var modified = new List<Uid>();
        var missing = new List<Uid>();
        KeywordSet keywords = mailbox.Keywords;
        MailboxCounts counts = mailbox.Counts;
        KeywordSet lastOld = KeywordSet.Empty;
        KeywordSet lastNew = context.Intern(Combined(KeywordSet.Empty));
        foreach (Uid uid in uids)
        {
            if (!MessageRows.TryRead(context, id, uid, out MessageEntry entry))
            {
                missing.Add(uid);
                continue;
            }

            if (entry.ModSeq > unchangedSince)
            {
                modified.Add(uid);
                continue;
            }

            MessageFlags flags = change.Kind switch
            {
                FlagChangeKind.Add => entry.Flags | change.Flags,
                FlagChangeKind.Remove => entry.Flags & ~change.Flags,
                _ => change.Flags,
            };
            if (!ReferenceEquals(entry.Keywords, lastOld))
            {
                lastOld = entry.Keywords;
                lastNew = context.Intern(Combined(lastOld));
                keywords = MailboxKeywords.Union(keywords, lastNew);
            }

            if (flags == entry.Flags && lastNew.Equals(entry.Keywords))
            {
                continue;
            }

            keywords = MailboxKeywords.Union(keywords, lastNew);
            MessageRows.UpdateState(context.Database, id, uid, flags, lastNew, context.ModSeq);
            counts = counts.Remove(entry.Flags, entry.SizeBytes).Add(flags, entry.SizeBytes);
            states.Add((uid, flags, lastNew));
            changed.Add(uid);
        }

        if (changed.Count > 0)
        {
            if (!ReferenceEquals(keywords, mailbox.Keywords))
            {
                mailbox = mailbox with { Keywords = keywords };
                context.Changes.Add(new ChangeMailboxKeywords(id, context.ModSeq, keywords));
            }

            mailbox = mailbox with { Counts = counts, HighestModSeq = context.ModSeq };
            context.Put(mailbox);
            context.Edits.Add(new SnapshotState(id, context.ModSeq, states));
            context.Changes.Add(new ChangeFlags(id, context.ModSeq, changed));
            context.Changes.Add(new ChangeMailboxCounts(id, context.ModSeq, mailbox));
        }

        return new StoreFlagsResult(mailbox.HighestModSeq, changed, modified, missing);
    }

    private KeywordSet Combined(KeywordSet old)
    {
        try
        {
            return change.Kind switch
            {
                FlagChangeKind.Add => old.Union(change.Keywords),
                FlagChangeKind.Remove => old.Except(change.Keywords),
                _ => change.Keywords,
            };
        }
        catch (ArgumentException)
        {
            throw new InvalidChangeException($"A message has at most {KeywordSet.MaxCount} keywords.");
        }
    }
}
