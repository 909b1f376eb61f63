using Mox.Mime;

namespace Mox.Store;

/// <summary>The checks of one account, in one read transaction.</summary>
internal sealed class AccountCheck(Database database, string directory, Action<string> report, CancellationToken cancellationToken)
{
    private AccountCounters _counters;
    private MailboxList _mailboxes = MailboxList.Empty;

    public void Run()
    {
        _counters = AccountCounters.Read(database);
        _mailboxes = MailboxRows.ReadAll(database);
        CheckMailboxes();
        CheckMessages();
        CheckRows();
        CheckAnnotations();
        CheckThreads();
        cancellationToken.ThrowIfCancellationRequested();
        CheckFiles();
    }

    private void CheckMailboxes()
    {
        Require(_mailboxes.TryFind(MailboxName.Inbox, out _), "there is no Inbox");
        var validities = new HashSet<UidValidity>();
        SpecialUse roles = SpecialUse.None;
        foreach (Mailbox mailbox in _mailboxes.All)
        {
            string name = $"mailbox {mailbox.Name}";
            Require(mailbox.Id.Value <= _counters.LastMailboxId, $"{name} has id {mailbox.Id} above the last {_counters.LastMailboxId}");
            Require(mailbox.UidValidity.Value < _counters.NextUidValidity, $"{name} has UIDVALIDITY {mailbox.UidValidity} not below the next");
            Require(validities.Add(mailbox.UidValidity), $"{name} shares its UIDVALIDITY {mailbox.UidValidity}");
            Require(mailbox.UidNext.Value >= 1, $"{name} has UIDNEXT 0");
            Require(mailbox.HighestModSeq.Value <= _counters.LastModSeq, $"{name} has a modification sequence above the account's");
            Require(mailbox.CreateModSeq <= mailbox.HighestModSeq, $"{name} was made after its last change");
            Require(mailbox.HighestDeletedModSeq <= mailbox.HighestModSeq, $"{name} lost tombstones above its last change");
            Require((roles & mailbox.SpecialUse) == 0, $"{name} has a role that another has: {mailbox.SpecialUse}");
            Require(mailbox.Name.Parent is not { } parent || _mailboxes.TryFind(parent, out _), $"{name} has no parent");
            Require(mailbox.Keywords.All(KeywordSet.IsValid), $"{name} has keywords that are none");
            roles |= mailbox.SpecialUse;
        }
    }

    private void CheckMessages()
    {
        var counts = new Dictionary<long, MailboxCounts>();
        long messages = 0;
        long size = 0;
        using var read = new Statement(
            database,
            """
            SELECT m.MailboxId, m.Uid, m.ContentId, m.Flags, m.ModSeq, m.CreateModSeq, m.SizeBytes, m.Keywords, c.SizeBytes, m.ReceivedAt, c.ReceivedAt
            FROM Messages m LEFT JOIN Contents c ON c.Id = m.ContentId
            """);
        while (read.Step())
        {
            string what = $"message {read.Int64(1)} of mailbox {read.Int64(0)}";
            messages++;
            size += read.Int64(6);
            if (!_mailboxes.TryFind(new MailboxId(read.Int64(0)), out Mailbox? mailbox))
            {
                report($"{what}: no such mailbox");
                continue;
            }

            KeywordSet keywords = KeywordSet.FromStored(read.NullableText(7));
            Require(read.Int64(1) >= 1 && read.Int64(1) < mailbox.UidNext.Value, $"{what}: UID not below UIDNEXT {mailbox.UidNext}");
            Require(!read.IsNull(8), $"{what}: content {read.Int64(2)} has no row");
            Require(read.IsNull(8) || (read.Int64(6) == read.Int64(8) && read.Int64(9) == read.Int64(10)), $"{what}: size or date is not the content's");
            Require(read.Int64(4) <= mailbox.HighestModSeq.Value, $"{what}: modification sequence above its mailbox's");
            Require(read.Int64(5) <= read.Int64(4), $"{what}: changed before it was made");
            Require(keywords.All(k => KeywordSet.IsValid(k) && mailbox.Keywords.Contains(k)), $"{what}: keywords that its mailbox has not");
            Require(keywords.SequenceEqual(keywords.Order(StringComparer.Ordinal)), $"{what}: keywords not sorted");
            counts[mailbox.Id.Value] = counts.GetValueOrDefault(mailbox.Id.Value).Add((MessageFlags)read.Int64(3), read.Int64(6));
        }

        foreach (Mailbox mailbox in _mailboxes.All)
        {
            MailboxCounts counted = counts.GetValueOrDefault(mailbox.Id.Value);
            Require(counted == mailbox.Counts, $"mailbox {mailbox.Name}: counts are {mailbox.Counts}, counted {counted}");
        }

        Require(messages == _counters.MessageCount, $"message count is {_counters.MessageCount}, counted {messages}");
        Require(size == _counters.SizeBytes, $"size is {_counters.SizeBytes}, counted {size}");
    }

    private void CheckRows()
    {
        None("SELECT Id FROM Contents WHERE Id NOT IN (SELECT ContentId FROM ParsedContents)", "content {0} has no parsed row");
        None("SELECT ContentId FROM ParsedContents WHERE ContentId NOT IN (SELECT Id FROM Contents)", "parsed row {0} has no content");
        None(
            """
            SELECT Id FROM Contents WHERE Id NOT IN (SELECT ContentId FROM ContentKeys) AND Id NOT IN (SELECT ContentId FROM PendingKeys)
            """,
            "content {0} has no sort keys and waits for none");
        None(
            """
            SELECT ContentId FROM (SELECT ContentId FROM ContentKeys UNION ALL SELECT ContentId FROM PendingKeys)
            WHERE ContentId NOT IN (SELECT Id FROM Contents) GROUP BY ContentId
            """,
            "sort keys of {0}, which has no content");
        None(
            """
            SELECT Id FROM Contents WHERE Id NOT IN (SELECT ContentId FROM Messages) AND Id NOT IN (SELECT ContentId FROM Erases)
            """,
            "content {0} has no message and is not to be erased");
        None("SELECT ContentId FROM Erases WHERE IsRowGone = 1 AND ContentId IN (SELECT Id FROM Contents)", "erased content {0} has a row");
        None("SELECT Id FROM Contents WHERE Id > (SELECT LastMessageId FROM AccountState)", "content {0} is above the last id");
        None(
            "SELECT ContentId FROM MissingReferences WHERE ContentId NOT IN (SELECT Id FROM Contents)",
            "a missing reference of content {0}, which has no row");
        None(
            """
            SELECT t.Uid FROM Tombstones t LEFT JOIN Mailboxes m ON m.Id = t.MailboxId
            WHERE m.Id IS NULL OR t.Uid >= m.UidNext OR t.ModSeq > m.HighestModSeq OR t.ModSeq <= m.HighestDeletedModSeq
            """,
            "tombstone of UID {0} does not fit its mailbox");
        None(
            "SELECT t.Uid FROM Tombstones t JOIN Messages m ON m.MailboxId = t.MailboxId AND m.Uid = t.Uid",
            "UID {0} has a tombstone and lives");
        None("SELECT MailboxId FROM Tombstones GROUP BY MailboxId, Uid HAVING COUNT(*) > 1", "mailbox {0} has two tombstones of one UID");
        None(
            "SELECT Iterations FROM Credentials WHERE length(Salt) = 0 OR Iterations < 1 OR length(StoredKey) <> length(ServerKey)",
            "a credential with {0} iterations is damaged");
    }

    private void CheckAnnotations()
    {
        None(
            "SELECT MailboxId FROM Annotations WHERE MailboxId <> 0 AND MailboxId NOT IN (SELECT Id FROM Mailboxes)",
            "an annotation of mailbox {0}, which is not there");
        None("SELECT MailboxId FROM Annotations WHERE ModSeq > (SELECT LastModSeq FROM AccountState)",
            "an annotation of mailbox {0} has a modification sequence above the account's");
        using var read = new Statement(database, "SELECT MailboxId, Entry FROM Annotations");
        while (read.Step())
        {
            string entry = read.Text(1);
            Require(
                AnnotationEntry.TryParse(entry, out AnnotationEntry parsed, out _) && parsed.Value == entry,
                $"mailbox {read.Int64(0)} has an annotation with a name that is none: {entry}");
        }
    }

    private void CheckThreads()
    {
        None("SELECT Id FROM Contents WHERE ThreadId > (SELECT LastMessageId FROM AccountState) OR ThreadId < 1", "content {0} has an unknown thread");
        None(
            """
            SELECT c.Id FROM Contents c LEFT JOIN Contents p ON p.Id = c.ThreadParentId
            WHERE c.ThreadParentId IS NOT NULL AND (p.Id IS NULL OR p.ThreadId <> c.ThreadId)
            """,
            "content {0} has a thread parent that is not in its thread");
        var parents = new Dictionary<long, long>();
        using var read = new Statement(database, "SELECT Id, ThreadParentId FROM Contents WHERE ThreadParentId IS NOT NULL");
        while (read.Step())
        {
            parents[read.Int64(0)] = read.Int64(1);
        }

        var sound = new HashSet<long>();
        var path = new HashSet<long>();
        foreach (long start in parents.Keys)
        {
            path.Clear();
            long at = start;
            while (parents.TryGetValue(at, out long parent) && !sound.Contains(at))
            {
                if (!path.Add(at))
                {
                    report($"content {start} is above itself in its thread");
                    break;
                }

                at = parent;
            }

            sound.UnionWith(path);
        }
    }

    private void CheckFiles()
    {
        var sizes = new Dictionary<long, long>();
        using (var read = new Statement(
            database,
            "SELECT c.Id, c.SizeBytes - length(p.Prefix), p.MimeTree FROM Contents c JOIN ParsedContents p ON p.ContentId = c.Id"))
        {
            while (read.Step())
            {
                sizes[read.Int64(0)] = read.Int64(1);
                CheckTree(read.Int64(0), read.Int64(1), read.Span(2));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        var leaving = new HashSet<long>();
        using (var read = new Statement(database, "SELECT ContentId FROM Erases WHERE IsRowGone = 1"))
        {
            while (read.Step())
            {
                leaving.Add(read.Int64(0));
            }
        }

        foreach ((string path, long? id, long bytes) in MessageFiles.All(directory))
        {
            if (id is { } known && sizes.Remove(known, out long expected))
            {
                Require(bytes == expected, $"{path} has {bytes} bytes, its row says {expected}");
            }
            else
            {
                Require(id is { } gone && leaving.Contains(gone), $"{path} belongs to no message");
            }
        }

        foreach (long id in sizes.Keys)
        {
            report($"content {id} has no file");
        }
    }

    private void CheckTree(long id, long sizeBytes, ReadOnlySpan<byte> tree)
    {
        try
        {
            ParsedMessage parsed = MimeTreeCodec.Decode(tree);
            Require(parsed.SizeBytes == sizeBytes, $"content {id}: the MIME tree is of {parsed.SizeBytes} bytes, the file of {sizeBytes}");
        }
        catch (FormatException e)
        {
            report($"content {id}: the MIME tree is damaged: {e.Message}");
        }
    }

    private void None(string sql, string problem)
    {
        using var read = new Statement(database, sql + " LIMIT 20");
        while (read.Step())
        {
            report(string.Format(System.Globalization.CultureInfo.InvariantCulture, problem, read.Int64(0)));
        }
    }

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            report(problem);
        }
    }
}
