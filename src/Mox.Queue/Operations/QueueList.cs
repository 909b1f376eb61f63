using System.Globalization;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Reads pages of the queue.</summary>
internal static class QueueList
{
    private const string Columns =
        """
        r.Id, r.MessageId, m.Account, m.MailFrom, r.LocalPart, r.Domain, r.State, m.SubmittedAt, m.ReleaseAt, r.Attempts, r.LastAttemptAt,
        r.NextAttemptAt, r.ExpiresAt, m.FileBytes + length(m.Prefix), r.Transport, m.MessageIdHeader, m.Subject, r.Notify,
        r.Outcome, r.ReplyCode, r.ReplyStatus, r.ReplyText, r.RemoteMta
        """;

    public static QueuePage Page(Database database, QueueFilter filter, QueueSort sort, QueueCursor? after, int count)
    {
        count = Math.Min(count, filter.Max ?? count);
        FilterSql sql = FilterSql.Of(filter);
        bool byTime = sort.Key == QueueSortKey.NextAttempt;
        string than = sort.IsDescending ? "<" : ">";
        if (after is not null && byTime)
        {
            sql.And($"(r.NextAttemptAt, r.Id) {than} (?, ?)", after.Value, after.Id);
        }
        else if (after is not null)
        {
            // Ids are given out in the order of submission.
            sql.And($"r.Id {than} ?", after.Id);
        }

        string order = (byTime, sort.IsDescending) switch
        {
            (true, false) => "r.NextAttemptAt, r.Id",
            (true, true) => "r.NextAttemptAt DESC, r.Id DESC",
            (false, false) => "r.Id",
            _ => "r.Id DESC",
        };
        // CROSS JOIN keeps SQLite from going through the messages, and then sorting.
        using var read = new Statement(
            database,
            string.Create(CultureInfo.InvariantCulture, $"SELECT {Columns} FROM Recipients r CROSS JOIN Messages m ON m.Id = r.MessageId WHERE {sql.Where} ORDER BY {order} LIMIT {count + 1}"));
        sql.Bind(read);
        var messages = new List<QueuedMessage>();
        bool hasMore = false;
        QueueCursor? last = null;
        while (read.Step())
        {
            if (messages.Count == count)
            {
                hasMore = true;
                read.Reset();
                break;
            }

            messages.Add(Read(read));
            last = new QueueCursor(read.Int64(11), read.Int64(0));
        }

        return new QueuePage(messages, hasMore ? last : null);
    }

    public static long Count(Database database, QueueFilter filter)
    {
        FilterSql sql = FilterSql.Of(filter);
        using var count = new Statement(database, $"SELECT count(*) FROM Recipients r JOIN Messages m ON m.Id = r.MessageId WHERE {sql.Where}");
        return sql.Bind(count).Step() ? count.Int64(0) : 0;
    }

    private static QueuedMessage Read(Statement row)
    {
        var state = (QueueState)row.Int64(6);
        return new QueuedMessage
        {
            Id = row.Int64(0),
            MessageId = row.Int64(1),
            Account = row.Text(2),
            From = row.Text(3),
            To = RecipientPath.Of(row.Text(4), row.Text(5)).ToString(),
            State = state,
            SubmittedAt = UnixTime.From(row.Int64(7)),
            ReleaseAt = UnixTime.From(row.NullableInt64(8)),
            Attempts = (int)row.Int64(9),
            LastAttemptAt = UnixTime.From(row.NullableInt64(10)),
            NextAttemptAt = state == QueueState.Held ? null : UnixTime.From(row.Int64(11)),
            ExpiresAt = UnixTime.From(row.Int64(12)),
            SizeBytes = row.Int64(13),
            Transport = row.Text(14),
            MessageIdHeader = row.NullableText(15),
            Subject = row.Text(16),
            Notify = (DsnNotify?)row.NullableInt64(17),
            LastOutcome = QueuedRecipient.ReadOutcome(row, 18),
        };
    }
}
