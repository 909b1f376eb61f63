namespace Mox.Store;

/// <summary>Puts messages into conversations, and links ancestors that arrive later than their replies.</summary>
/// <remarks>
/// A thread keeps the lowest of the ids it was made with, so that it does not change for the messages that were there first. Parents are in
/// the same thread, and no message is above itself.
/// </remarks>
internal static class ThreadAssigner
{
    private const long SubjectWindowBefore = 28 * 86400;
    private const long SubjectWindowAfter = 86400;

    // A message that so many wait for is an abuse of References; the rest stay where they are.
    private const int MaxAdopted = 1000;
    private const int MaxDepth = 10_000;

    /// <summary>Where a new content belongs; its row is not there yet.</summary>
    public static ThreadLink Assign(Database database, MessageId id, MessageSummary summary, MailboxId origin, long receivedAt)
    {
        // The same message again, from a list or as the copy in Sent: the same place.
        if (summary.MessageIdHeader is { } header && FindDuplicate(database, header) is { } duplicate)
        {
            database.Prepare(
                """
                INSERT INTO MissingReferences (MessageIdHeader, ContentId, Distance)
                SELECT MessageIdHeader, ?, Distance FROM MissingReferences WHERE ContentId = ?
                """).Bind(id.Value).Bind(duplicate.Id).Run();
            return duplicate.Link;
        }

        if (summary.Ancestors.Count > 0)
        {
            return ByReferences(database, id, summary);
        }

        if (summary is { IsReply: true, SubjectBase.Length: > 0 }
            && FindBySubject(database, summary.SubjectBase, origin, receivedAt) is var (parent, thread))
        {
            return new ThreadLink(thread, parent, true);
        }

        return new ThreadLink(id.Value, null, false);
    }

    /// <summary>Takes the messages that waited for this one below it; its row is there now.</summary>
    public static void Adopt(Database database, MessageId id, MessageSummary summary, in ThreadLink link)
    {
        if (summary.MessageIdHeader is not { } header)
        {
            return;
        }

        List<(long Id, long Distance)> waiting = [];
        Statement read = database.Prepare("SELECT ContentId, Distance FROM MissingReferences WHERE MessageIdHeader = ? LIMIT ?")
            .Bind(header).Bind(MaxAdopted);
        while (read.Step())
        {
            waiting.Add((read.Int64(0), read.Int64(1)));
        }

        if (waiting.Count == 0 || Above(database, id.Value) is not { } above)
        {
            return;
        }

        long thread = link.ThreadId;
        foreach ((long child, long distance) in waiting)
        {
            if (Find(database, child) is { } row
                && (row.IsDsn || row.SubjectBase == summary.SubjectBase)
                && !above.Contains(child))
            {
                database.Prepare("UPDATE Contents SET ThreadParentId = ?, IsThreadLinkMissing = ? WHERE Id = ?")
                    .Bind(id.Value).Bind(distance > 0).Bind(child).Run();
                database.Prepare("DELETE FROM MissingReferences WHERE ContentId = ? AND Distance >= ?").Bind(child).Bind(distance).Run();
                thread = Merge(database, thread, row.ThreadId);
            }
        }

        if (thread != link.ThreadId)
        {
            // It is new: nobody has been told of another thread.
            database.Prepare("UPDATE Contents SET FirstThreadId = NULL WHERE Id = ?").Bind(id.Value).Run();
        }
    }

    /// <summary>The contents whose THREADID this is (RFC 8474 section 5.2).</summary>
    public static HashSet<long> Members(Database database, long thread)
    {
        var members = new HashSet<long>();
        Statement read = database.Prepare(
            "SELECT Id FROM Contents WHERE (ThreadId = ?1 AND FirstThreadId IS NULL) OR FirstThreadId = ?1").Bind(thread);
        while (read.Step())
        {
            members.Add(read.Int64(0));
        }

        return members;
    }

    /// <summary>A content goes: those below it go to the one above.</summary>
    public static void Leave(Database database, MessageId id)
    {
        database.Prepare(
            """
            UPDATE Contents SET IsThreadLinkMissing = 1, ThreadParentId = (SELECT ThreadParentId FROM Contents WHERE Id = ?1)
            WHERE ThreadParentId = ?1
            """).Bind(id.Value).Run();
        database.Prepare("DELETE FROM MissingReferences WHERE ContentId = ?").Bind(id.Value).Run();
    }

    private static ThreadLink ByReferences(Database database, MessageId id, MessageSummary summary)
    {
        ThreadLink? link = null;
        for (int distance = 0; distance < summary.Ancestors.Count && link is null; distance++)
        {
            string ancestor = summary.Ancestors[distance];
            if (ancestor == summary.MessageIdHeader)
            {
                continue;
            }

            if (FindAncestor(database, ancestor, summary) is var (parent, thread))
            {
                link = new ThreadLink(thread, parent, distance > 0);
            }
            else
            {
                database.Prepare("INSERT OR IGNORE INTO MissingReferences (MessageIdHeader, ContentId, Distance) VALUES (?, ?, ?)")
                    .Bind(ancestor).Bind(id.Value).Bind(distance).Run();
            }
        }

        // Ids were given and none is here: no guessing by subject.
        return link ?? new ThreadLink(id.Value, null, true);
    }

    private static (long Id, ThreadLink Link)? FindDuplicate(Database database, string header)
    {
        Statement read = database.Prepare(
            "SELECT Id, ThreadId, ThreadParentId, IsThreadLinkMissing FROM Contents WHERE MessageIdHeader = ? ORDER BY Id LIMIT 1")
            .Bind(header);
        if (!read.Step())
        {
            return null;
        }

        (long, ThreadLink) found = (read.Int64(0), new ThreadLink(read.Int64(1), read.NullableInt64(2), read.Boolean(3)));
        read.Reset();
        return found;
    }

    private static (long Parent, long Thread)? FindAncestor(Database database, string header, MessageSummary summary)
    {
        Statement read = database.Prepare(
            "SELECT Id, ThreadId FROM Contents WHERE MessageIdHeader = ?1 AND (?2 OR SubjectBase = ?3) ORDER BY Id LIMIT 1")
            .Bind(header).Bind(summary.IsDsn).Bind(summary.SubjectBase);
        return Pair(read);
    }

    private static (long Parent, long Thread)? FindBySubject(Database database, string subjectBase, MailboxId origin, long receivedAt)
    {
        Statement read = database.Prepare(
            """
            SELECT Id, ThreadId FROM Contents
            WHERE SubjectBase = ?1 AND SubjectBase <> '' AND ReceivedAt BETWEEN ?2 AND ?3 AND OriginMailboxId = ?4
            ORDER BY ReceivedAt DESC, Id DESC LIMIT 1
            """)
            .Bind(subjectBase).Bind(receivedAt - SubjectWindowBefore).Bind(receivedAt + SubjectWindowAfter).Bind(origin.Value);
        return Pair(read);
    }

    private static (long, long)? Pair(Statement read)
    {
        if (!read.Step())
        {
            return null;
        }

        (long, long) pair = (read.Int64(0), read.Int64(1));
        read.Reset();
        return pair;
    }

    private static (long ThreadId, string SubjectBase, bool IsDsn)? Find(Database database, long id)
    {
        Statement read = database.Prepare("SELECT ThreadId, SubjectBase, IsDsn FROM Contents WHERE Id = ?").Bind(id);
        if (!read.Step())
        {
            return null;
        }

        (long, string, bool) row = (read.Int64(0), read.Text(1), read.Boolean(2));
        read.Reset();
        return row;
    }

    // A content and those above it; null when they are too many.
    private static HashSet<long>? Above(Database database, long id)
    {
        var above = new HashSet<long>();
        long? at = id;
        while (at is { } here)
        {
            if (above.Count == MaxDepth || !above.Add(here))
            {
                return null;
            }

            Statement read = database.Prepare("SELECT ThreadParentId FROM Contents WHERE Id = ?").Bind(here);
            at = read.Step() ? read.NullableInt64(0) : null;
            read.Reset();
        }

        return above;
    }

    private static long Merge(Database database, long one, long other)
    {
        if (one != other)
        {
            database.Prepare(
                "UPDATE Contents SET FirstThreadId = coalesce(FirstThreadId, ThreadId), ThreadId = ? WHERE ThreadId = ?")
                .Bind(Math.Min(one, other)).Bind(Math.Max(one, other)).Run();
        }

        return Math.Min(one, other);
    }
}
