using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Proves that queue.db and its contents fit together; changes nothing. The queue should not be in use meanwhile.</summary>
public static class QueueChecker
{
    /// <summary>Most problems told.</summary>
    public const int MaxProblems = 1000;

    /// <summary>Checks the queue of a data directory; one that has none is sound.</summary>
    public static Task<IReadOnlyList<ConsistencyProblem>> CheckAsync(string dataDirectory, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<ConsistencyProblem>>(() => Check(dataDirectory, cancellationToken), cancellationToken);

    private static List<ConsistencyProblem> Check(string dataDirectory, CancellationToken cancellationToken)
    {
        SqliteEngine.Install(NullLogger.Instance);
        var problems = new List<ConsistencyProblem>();
        string path = QueueFiles.DatabaseOf(dataDirectory);
        if (!File.Exists(path))
        {
            return problems;
        }

        try
        {
            using var database = new Database(path, readOnly: true, cacheKiB: 16384);
            using (var check = new Statement(database, "PRAGMA integrity_check(20)"))
            {
                while (check.Step())
                {
                    Require(check.Text(0) == "ok", $"{path}: {check.Text(0)}");
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            database.Run("BEGIN");
            CheckRows(database);
            CheckContents(database, QueueFiles.DirectoryOf(dataDirectory), cancellationToken);
            database.Run("COMMIT");
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or FormatException or StoreException)
        {
            Require(false, $"{path}: {e.Message}");
        }

        return problems;

        void Require(bool holds, string text)
        {
            if (!holds && problems.Count < MaxProblems)
            {
                problems.Add(new ConsistencyProblem(null, "queue: " + text));
            }
        }

        void CheckRows(Database database)
        {
            None("SELECT Id FROM Messages WHERE Id NOT IN (SELECT MessageId FROM Recipients)", "message {0} has no recipient");
            None("SELECT Id FROM Recipients WHERE MessageId NOT IN (SELECT Id FROM Messages)", "recipient {0} has no message");
            None("SELECT Id FROM Messages WHERE Id > (SELECT LastMessageId FROM QueueState)", "message {0} is above the last id");
            None("SELECT Id FROM Recipients WHERE Id > (SELECT LastRecipientId FROM QueueState)", "recipient {0} is above the last id");
            None("SELECT Id FROM Recipients WHERE State NOT BETWEEN 0 AND 3", "recipient {0} has an unknown state");
            None($"SELECT Id FROM Recipients WHERE (State = 3) <> (NextAttemptAt = {UnixTime.Never})", "recipient {0} is held and due, or neither");
            None("SELECT Id FROM Recipients WHERE State = 1 AND Outcome IS NULL", "recipient {0} is to be reported without an outcome");
            using var read = new Statement(database, $"SELECT {QueuedRecipient.Columns} FROM Recipients");
            while (read.Step())
            {
                _ = QueuedRecipient.Read(read);
            }

            void None(string sql, string problem)
            {
                using var rows = new Statement(database, sql + " LIMIT 20");
                while (rows.Step())
                {
                    Require(false, string.Format(System.Globalization.CultureInfo.InvariantCulture, problem, rows.Int64(0)));
                }
            }
        }

        void CheckContents(Database database, string directory, CancellationToken ct)
        {
            var sizes = new Dictionary<long, long>();
            using (var read = new Statement(database, "SELECT Id, FileBytes FROM Messages"))
            {
                while (read.Step())
                {
                    sizes[read.Int64(0)] = read.Int64(1);
                }
            }

            foreach ((string file, long? id, long bytes) in MessageFiles.All(directory))
            {
                ct.ThrowIfCancellationRequested();
                bool isKnown = id is { } value && sizes.ContainsKey(value);
                Require(isKnown, $"{file} belongs to no message");
                if (isKnown)
                {
                    sizes.Remove(id!.Value, out long expected);
                    Require(bytes == expected, $"{file} has {bytes} bytes, its row says {expected}");
                }
            }

            foreach (long id in sizes.Keys)
            {
                Require(false, $"message {id} has no file");
            }
        }
    }
}
