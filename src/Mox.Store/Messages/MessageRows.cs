namespace Mox.Store;

/// <summary>Reads and writes rows of the table Messages.</summary>
internal static class MessageRows
{
    public static void Insert(Database database, MailboxId mailbox, in MessageEntry entry) =>
        database.Prepare(
            """
            INSERT INTO Messages (MailboxId, Uid, ContentId, Flags, ModSeq, CreateModSeq, SizeBytes, ReceivedAt, SavedAt, Keywords)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .Bind(mailbox.Value).Bind(entry.Uid.Value).Bind(entry.MessageId.Value).Bind((long)entry.Flags)
            .Bind(entry.ModSeq.Value).Bind(entry.ModSeq.Value).Bind(entry.SizeBytes)
            .Bind(entry.ReceivedAtSeconds).Bind(entry.SavedAtSeconds)
            .Bind(entry.Keywords.Count == 0 ? null : entry.Keywords.ToString())
            .Run();

    public static bool TryRead(WriteContext context, MailboxId mailbox, Uid uid, out MessageEntry entry)
    {
        Statement read = context.Database.Prepare(
            """
            SELECT Uid, ContentId, Flags, ModSeq, SizeBytes, ReceivedAt, SavedAt, Keywords FROM Messages WHERE MailboxId = ? AND Uid = ?
            """);
        read.Bind(mailbox.Value).Bind(uid.Value);
        if (!read.Step())
        {
            entry = default;
            return false;
        }

        entry = Entry(read, context.Intern(read.NullableText(7)));
        read.Reset();
        return true;
    }

    public static void UpdateState(
        Database database, MailboxId mailbox, Uid uid, MessageFlags flags, KeywordSet keywords, ModSeq modSeq) =>
        database.Prepare("UPDATE Messages SET Flags = ?, Keywords = ?, ModSeq = ? WHERE MailboxId = ? AND Uid = ?")
            .Bind((long)flags).Bind(keywords.Count == 0 ? null : keywords.ToString()).Bind(modSeq.Value)
            .Bind(mailbox.Value).Bind(uid.Value)
            .Run();

    public static void Delete(Database database, MailboxId mailbox, Uid uid) =>
        database.Prepare("DELETE FROM Messages WHERE MailboxId = ? AND Uid = ?").Bind(mailbox.Value).Bind(uid.Value).Run();

    public static void InsertTombstone(Database database, MailboxId mailbox, ModSeq modSeq, Uid uid, long expungedAt) =>
        database.Prepare("INSERT INTO Tombstones (MailboxId, ModSeq, Uid, ExpungedAt) VALUES (?, ?, ?, ?)")
            .Bind(mailbox.Value).Bind(modSeq.Value).Bind(uid.Value).Bind(expungedAt).Run();

    public static void InsertErase(Database database, MessageId content) =>
        database.Prepare("INSERT OR IGNORE INTO Erases (ContentId, IsRowGone) VALUES (?, 0)").Bind(content.Value).Run();

    /// <summary>All UIDs of a mailbox, ascending.</summary>
    public static List<Uid> AllUids(Database database, MailboxId mailbox)
    {
        var uids = new List<Uid>();
        Statement read = database.Prepare("SELECT Uid FROM Messages WHERE MailboxId = ? ORDER BY Uid").Bind(mailbox.Value);
        while (read.Step())
        {
            uids.Add(new Uid((uint)read.Int64(0)));
        }

        return uids;
    }

    /// <summary>All messages of a mailbox that have \Deleted, in order of UID.</summary>
    public static List<MessageEntry> ReadDeleted(WriteContext context, MailboxId mailbox)
    {
        var entries = new List<MessageEntry>();
        Statement read = context.Database.Prepare(
            """
            SELECT Uid, ContentId, Flags, ModSeq, SizeBytes, ReceivedAt, SavedAt, Keywords FROM Messages
            WHERE MailboxId = ? AND Flags & ? ORDER BY Uid
            """).Bind(mailbox.Value).Bind((long)MessageFlags.Deleted);
        while (read.Step())
        {
            entries.Add(Entry(read, context.Intern(read.NullableText(7))));
        }

        return entries;
    }

    /// <summary>The whole mailbox in the order of its UIDs, in one read transaction with its counters.</summary>
    public static MailboxSnapshot? ReadSnapshot(Database database, MailboxId mailbox)
    {
        database.RunPrepared("BEGIN");
        try
        {
            Statement head = database.Prepare("SELECT UidNext, HighestModSeq, Keywords, Total + Deleted FROM Mailboxes WHERE Id = ?").Bind(mailbox.Value);
            if (!head.Step())
            {
                return null;
            }

            var uidNext = new Uid((uint)head.Int64(0));
            var modSeq = new ModSeq(head.Int64(1));
            KeywordSet keywords = KeywordSet.FromStored(head.Text(2));
            long count = head.Int64(3);
            head.Reset();

            var interned = new Dictionary<string, KeywordSet>(StringComparer.Ordinal);
            var editor = new SnapshotEditor(SnapshotEditor.Empty(mailbox), expectMany: count > SnapshotChunk.MaxEntries);
            Statement read = database.Prepare(
                """
                SELECT Uid, ContentId, Flags, ModSeq, SizeBytes, ReceivedAt, SavedAt, Keywords FROM Messages WHERE MailboxId = ? ORDER BY Uid
                """).Bind(mailbox.Value);
            while (read.Step())
            {
                KeywordSet set = KeywordSet.Empty;
                if (!read.IsNull(7))
                {
                    string stored = read.Text(7);
                    if (!interned.TryGetValue(stored, out KeywordSet? known))
                    {
                        interned.Add(stored, known = KeywordSet.FromStored(stored));
                    }

                    set = known;
                }

                editor.Add(Entry(read, set));
            }

            return editor.Build(uidNext, modSeq, keywords);
        }
        finally
        {
            database.RunPrepared("COMMIT");
        }
    }

    private static MessageEntry Entry(Statement read, KeywordSet keywords) => new(
        new Uid((uint)read.Int64(0)),
        new MessageId(read.Int64(1)),
        (MessageFlags)read.Int64(2),
        keywords,
        new ModSeq(read.Int64(3)),
        read.Int64(4),
        read.Int64(5),
        read.Int64(6));
}
