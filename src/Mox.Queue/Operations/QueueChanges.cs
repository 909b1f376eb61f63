using System.Globalization;
using Mox.Store;

namespace Mox.Queue;

/// <summary>What operators do to queued messages. Runs on the writer's thread; messages that are being delivered are left alone, but for dropping.</summary>
internal static class QueueChanges
{
    public static int Hold(QueueWriteContext context, QueueFilter filter) => Update(
        context, filter, "State = 0", "State = 3, NextAttemptAt = ?", s => s.Bind(UnixTime.Never));

    /// <summary>Held ones are due at once, but not before their release.</summary>
    public static int Unhold(QueueWriteContext context, QueueFilter filter) => Update(
        context, filter, "State = 3",
        "State = 0, NextAttemptAt = max(?, coalesce((SELECT ReleaseAt FROM Messages m WHERE m.Id = MessageId), 0))",
        s => s.Bind(UnixTime.Of(context.Now)));

    /// <summary>The next attempt; never before the release that the sender asked for.</summary>
    public static int Schedule(QueueWriteContext context, QueueFilter filter, QueueSchedule schedule) => Update(
        context, filter, "State = 0",
        schedule.Instant is null
            ? "NextAttemptAt = min(max(NextAttemptAt + ?, coalesce((SELECT ReleaseAt FROM Messages m WHERE m.Id = MessageId), 0)), 253402300798999)"
            : "NextAttemptAt = max(?, coalesce((SELECT ReleaseAt FROM Messages m WHERE m.Id = MessageId), 0))",
        s => s.Bind(schedule.Instant is { } at ? UnixTime.Of(at) : (long)schedule.Move!.Value.TotalMilliseconds));

    /// <summary>Ends them as failed, so that their senders are told.</summary>
    public static int Fail(QueueWriteContext context, QueueFilter filter) => Update(
        context, filter, "State IN (0, 3)",
        "State = 1, NoticeAt = NULL, NextAttemptAt = ?, ExpiresAt = ?, Outcome = 5, ReplyCode = 0, ReplyStatus = '5.0.0', ReplyText = 'delivery was canceled by the postmaster', RemoteMta = NULL",
        s => s.Bind(UnixTime.Of(context.Now)).Bind(UnixTime.Of(context.Now + Reports.Patience)));

    /// <summary>Removes them; nobody is told. Returns the messages that nobody refers to any more.</summary>
    public static (int Count, IReadOnlyList<long> Contents) Drop(QueueWriteContext context, QueueFilter filter)
    {
        List<(long Id, long MessageId)> rows = Find(context.Database, filter, "1");
        foreach ((long id, _) in rows)
        {
            context.Database.Prepare("DELETE FROM Recipients WHERE Id = ?").Bind(id).Run();
        }

        return (rows.Count, [.. rows.Select(r => r.MessageId).Distinct().Where(id => RemoveUnused(context.Database, id))]);
    }

    /// <summary>Removes the row of a message without recipients; true when its file is to go, too.</summary>
    public static bool RemoveUnused(Database database, long messageId)
    {
        database.Prepare("DELETE FROM Messages WHERE Id = ?1 AND NOT EXISTS (SELECT 1 FROM Recipients WHERE MessageId = ?1)").Bind(messageId).Run();
        return database.Changes > 0;
    }

    private static int Update(QueueWriteContext context, QueueFilter filter, string states, string set, Action<Statement> bind)
    {
        List<(long Id, long)> rows = Find(context.Database, filter, "r." + states);
        string sql = $"UPDATE Recipients SET {set} WHERE Id = ?";
        foreach ((long id, _) in rows)
        {
            Statement update = context.Database.Prepare(sql);
            bind(update);
            update.Bind(id).Run();
        }

        return rows.Count;
    }

    private static List<(long Id, long MessageId)> Find(Database database, QueueFilter filter, string states)
    {
        FilterSql sql = FilterSql.Of(filter);
        using var find = new Statement(database, string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT r.Id, r.MessageId FROM Recipients r CROSS JOIN Messages m ON m.Id = r.MessageId WHERE {states} AND {sql.Where} ORDER BY r.Id LIMIT {filter.Max ?? -1}"));
        sql.Bind(find);
        var rows = new List<(long, long)>();
        while (find.Step())
        {
            rows.Add((find.Int64(0), find.Int64(1)));
        }

        return rows;
    }
}
