namespace Mox.Store;

/// <summary>Reads and writes rows of the tables ContentKeys and PendingKeys.</summary>
internal static class ContentKeyRows
{
    private const int MinRun = 4;

    // Rows are so narrow that reading past a few costs less than looking one up.
    private const int MaxStep = 16;

    private const string Insert =
        """
        INSERT OR IGNORE INTO ContentKeys (ContentId, SentAt, ThreadKeys, FromKey, ToKey, CcKey, DisplayFromKey, DisplayToKey, SubjectKey)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public static void Add(Database database, MessageId id, ContentKeys keys) =>
        database.Prepare(Insert)
            .Bind(id.Value).Bind(keys.SentAt).Bind(keys.Thread).Bind(keys.From).Bind(keys.To).Bind(keys.Cc)
            .Bind(keys.DisplayFrom).Bind(keys.DisplayTo).Bind(keys.Subject).Run();

    public static void Delete(Database database, MessageId id)
    {
        database.Prepare("DELETE FROM ContentKeys WHERE ContentId = ?").Bind(id.Value).Run();
        database.Prepare("DELETE FROM PendingKeys WHERE ContentId = ?").Bind(id.Value).Run();
    }

    /// <summary>Contents whose keys are to be filled, from an id on.</summary>
    public static List<MessageId> Pending(Database database, MessageId after, int limit)
    {
        var ids = new List<MessageId>();
        Statement read = database.Prepare("SELECT ContentId FROM PendingKeys WHERE ContentId > ? ORDER BY ContentId LIMIT ?")
            .Bind(after.Value).Bind(limit);
        while (read.Step())
        {
            ids.Add(new MessageId(read.Int64(0)));
        }

        return ids;
    }

    /// <summary>Reads a column of ascending identities, and gives the place of each row that is there.</summary>
    public static void Read(Database database, ReadOnlySpan<long> ascending, KeyColumn column, Action<int, Statement> row)
    {
        for (int at = 0; at < ascending.Length;)
        {
            int count = CountRun(ascending[at..]);
            if (count < MinRun)
            {
                count = 1;
                Statement one = database.Prepare(column.One).Bind(ascending[at]);
                if (one.Step())
                {
                    row(at, one);
                    one.Reset();
                }
            }
            else
            {
                Scan(database, ascending, at, count, column, row);
            }

            at += count;
        }
    }

    private static int CountRun(ReadOnlySpan<long> ids)
    {
        int count = 1;
        while (count < ids.Length && ids[count] - ids[count - 1] <= MaxStep)
        {
            count++;
        }

        return count;
    }

    private static void Scan(Database database, ReadOnlySpan<long> ascending, int at, int count, KeyColumn column, Action<int, Statement> row)
    {
        int end = at + count;
        Statement read = database.Prepare(column.Range).Bind(ascending[at]).Bind(ascending[end - 1]);
        while (read.Step())
        {
            long id = read.Int64(0);
            while (ascending[at] < id)
            {
                at++;
            }

            // A content can be in a mailbox twice.
            for (; at < end && ascending[at] == id; at++)
            {
                row(at, read);
            }

            if (at == end)
            {
                read.Reset();
                break;
            }
        }
    }
}
