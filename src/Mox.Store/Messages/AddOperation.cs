namespace Mox.Store;

/// <summary>Adds messages to a mailbox, all or none, and removes the one that they replace, if any.</summary>
internal sealed class AddOperation(
    Func<WriteContext, Mailbox> findMailbox, IReadOnlyList<NewMessage> messages, (MailboxId Mailbox, Uid Uid)? replaced = null)
    : WriteOperation<IReadOnlyList<AddedMessage>?>
{
    public IReadOnlyList<NewMessage> Messages => messages;

    protected override IReadOnlyList<AddedMessage>? Run(WriteContext context)
    {
        MessageEntry old = default;
        if (replaced is { } gone && !MessageRows.TryRead(context, context.Mailbox(gone.Mailbox).Id, gone.Uid, out old))
        {
            return null;
        }

        Mailbox mailbox = findMailbox(context);
        ModSeq modSeq = context.ModSeq;
        long now = context.Now.ToUnixTimeSeconds();
        var added = new List<AddedMessage>(messages.Count);
        var entries = new List<MessageEntry>(messages.Count);
        KeywordSet keywords = mailbox.Keywords;
        long total = messages.Sum(m => m.Content.SizeBytes + m.Prefix.Length);
        // What replaces a message needs only the difference (RFC 8508 section 3.1).
        context.CountMessages(messages.Count, total - old.SizeBytes, replaced is null ? 0 : 1);
        foreach (NewMessage message in messages)
        {
            MessageId id = context.TakeMessageId();
            Uid uid = TakeUid(ref mailbox);
            long size = message.Content.SizeBytes + message.Prefix.Length;
            long received = message.ReceivedAt?.ToUnixTimeSeconds() ?? now;
            message.Content.Flush();
            context.Links.Add(message.Content.Path, id);
            ThreadLink thread = ThreadAssigner.Assign(context.Database, id, message.Content.Summary, mailbox.Id, received);
            ContentRows.Insert(context.Database, id, message, mailbox.Id, received, size, thread);
            ThreadAssigner.Adopt(context.Database, id, message.Content.Summary, thread);
            var entry = new MessageEntry(uid, id, message.Flags, context.Intern(message.Keywords), modSeq, size, received, now);
            MessageRows.Insert(context.Database, mailbox.Id, entry);
            entries.Add(entry);
            keywords = MailboxKeywords.Union(keywords, entry.Keywords);
            mailbox = mailbox with { Counts = mailbox.Counts.Add(entry.Flags, size) };
            added.Add(new AddedMessage(mailbox.Id, mailbox.UidValidity, uid, id, modSeq));
            context.Changes.Add(new ChangeAddUid(mailbox.Id, modSeq, uid, id, entry.Flags, entry.Keywords));
        }

        Finish(context, mailbox, keywords, entries);
        if (replaced is { } remove)
        {
            ExpungeOperation.Remove(context, context.Mailbox(remove.Mailbox), [old], countSize: false);
        }

        return added;
    }

    internal static Uid TakeUid(ref Mailbox mailbox)
    {
        if (mailbox.UidNext.Value == uint.MaxValue)
        {
            throw new InvalidChangeException("No UID is left in this mailbox.");
        }

        Uid uid = mailbox.UidNext;
        mailbox = mailbox with { UidNext = new Uid(uid.Value + 1) };
        return uid;
    }

    /// <summary>Keeps the mailbox's new state and notes what its snapshot and listeners get.</summary>
    internal static void Finish(WriteContext context, Mailbox mailbox, KeywordSet keywords, List<MessageEntry> entries)
    {
        if (!ReferenceEquals(keywords, mailbox.Keywords))
        {
            mailbox = mailbox with { Keywords = keywords };
            context.Changes.Add(new ChangeMailboxKeywords(mailbox.Id, context.ModSeq, keywords));
        }

        mailbox = mailbox with { HighestModSeq = context.ModSeq };
        context.Put(mailbox);
        context.Edits.Add(new SnapshotAdd(mailbox.Id, context.ModSeq, entries));
        context.Changes.Add(new ChangeMailboxCounts(mailbox.Id, context.ModSeq, mailbox));
    }
}
