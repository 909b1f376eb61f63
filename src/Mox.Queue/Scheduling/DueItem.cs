using Mox.Addresses;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Something that is due: an attempt for the recipients of a message at one destination, or a report to its sender.</summary>
/// <remarks>Only a hint: what is really there is found when it is claimed.</remarks>
/// <param name="MessageId">The message.</param>
/// <param name="Domain">The destination; empty for a report.</param>
/// <param name="Attempts">Attempts before; 0 for a report.</param>
internal readonly record struct DueItem(long MessageId, string Domain, int Attempts)
{
    /// <summary>Whether a report is due.</summary>
    public bool IsReport => Domain.Length == 0;
}

/// <summary>A place in the due-time index.</summary>
internal readonly record struct DuePosition(long At, long Id) : IComparable<DuePosition>
{
    public int CompareTo(DuePosition other) => (At, Id).CompareTo((other.At, other.Id));

    public static bool operator <(DuePosition left, DuePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(DuePosition left, DuePosition right) => left.CompareTo(right) > 0;
}

/// <summary>A row of the due-time index, with what routes go by.</summary>
internal readonly record struct DueRow(DuePosition Position, DueItem Item, string Account, Domain SenderDomain)
{
    private const string Select =
        """
        SELECT r.NextAttemptAt, r.Id, r.MessageId, r.State, r.Domain, r.Attempts, m.Account, m.SenderDomain
        FROM Recipients r CROSS JOIN Messages m ON m.Id = r.MessageId
        WHERE (r.NextAttemptAt, r.Id) > (?, ?) AND r.NextAttemptAt <= ? AND r.State < 2
        ORDER BY r.NextAttemptAt, r.Id LIMIT ?
        """;

    /// <summary>Reads rows that are due, from a position on.</summary>
    public static List<DueRow> Read(Database database, DuePosition after, long now, int count)
    {
        var rows = new List<DueRow>();
        Statement row = database.Prepare(Select).Bind(after.At).Bind(after.Id).Bind(now).Bind(count);
        while (row.Step())
        {
            bool isReport = row.Int64(3) == (long)QueueState.Reporting;
            rows.Add(new DueRow(
                new DuePosition(row.Int64(0), row.Int64(1)),
                isReport ? new DueItem(row.Int64(2), "", 0) : new DueItem(row.Int64(2), row.Text(4), (int)row.Int64(5)),
                row.Text(6),
                Domain.TryParse(row.Text(7), out Domain sender) ? sender : default));
        }

        return rows;
    }

    /// <summary>When the next that is not due yet becomes due, a report of delay included; <see cref="UnixTime.Never"/> for nothing.</summary>
    public static long NextAfter(Database database, long now)
    {
        long next = First("SELECT NextAttemptAt FROM Recipients WHERE NextAttemptAt > ? AND State < 2 ORDER BY NextAttemptAt LIMIT 1", now);
        long notice = First("SELECT NoticeAt FROM Recipients WHERE NoticeAt > ? ORDER BY NoticeAt LIMIT 1", now);
        return Math.Min(next, notice);

        long First(string sql, long value)
        {
            Statement row = database.Prepare(sql).Bind(value);
            long found = row.Step() ? row.Int64(0) : UnixTime.Never;
            row.Reset();
            return found;
        }
    }
}
