using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mox.Store;

/// <summary>Proves that the databases and files of accounts fit together; changes nothing. No account should be in use meanwhile.</summary>
public static class ConsistencyChecker
{
    /// <summary>Most problems told of one account.</summary>
    public const int MaxProblems = 1000;

    /// <summary>Checks all accounts of a data directory, and server.db.</summary>
    public static async Task<IReadOnlyList<ConsistencyProblem>> CheckDataDirectoryAsync(
        string dataDirectory, CancellationToken cancellationToken)
    {
        var problems = new List<ConsistencyProblem>();
        string accounts = Path.Combine(dataDirectory, "accounts");
        if (!Directory.Exists(accounts))
        {
            problems.Add(new ConsistencyProblem(null, $"{accounts} is missing"));
            return problems;
        }

        foreach (string directory in Directory.EnumerateDirectories(accounts).Order(StringComparer.Ordinal))
        {
            problems.AddRange(await CheckAccountAsync(directory, cancellationToken));
        }

        string server = Path.Combine(dataDirectory, "server.db");
        if (File.Exists(server))
        {
            problems.AddRange(await Task.Run(() => Check(server, null, static (_, _) => { }, cancellationToken), cancellationToken));
        }

        return problems;
    }

    /// <summary>Checks one account's directory.</summary>
    public static Task<IReadOnlyList<ConsistencyProblem>> CheckAccountAsync(string accountDirectory, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<ConsistencyProblem>>(
            () => Check(
                Path.Combine(accountDirectory, "account.db"),
                Path.GetFileName(Path.TrimEndingDirectorySeparator(accountDirectory)),
                (database, report) => new AccountCheck(database, accountDirectory, report, cancellationToken).Run(),
                cancellationToken),
            cancellationToken);

    private static List<ConsistencyProblem> Check(
        string path, string? account, Action<Database, Action<string>> check, CancellationToken cancellationToken)
    {
        SqliteEngine.Install(NullLogger.Instance);
        var problems = new List<ConsistencyProblem>();
        try
        {
            using var database = new Database(path, readOnly: true, cacheKiB: 16384);
            CheckPages(database, Report);
            cancellationToken.ThrowIfCancellationRequested();
            database.Run("BEGIN");
            check(database, Report);
            database.Run("COMMIT");
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or FormatException or StoreException)
        {
            problems.Add(new ConsistencyProblem(account, $"{path}: {e.Message}"));
        }

        return problems;

        void Report(string text)
        {
            if (problems.Count < MaxProblems)
            {
                problems.Add(new ConsistencyProblem(account, text));
            }
        }
    }

    private static void CheckPages(Database database, Action<string> report)
    {
        using var check = new Statement(database, "PRAGMA integrity_check(20)");
        while (check.Step())
        {
            if (check.Text(0) is not "ok" and var text)
            {
                report($"{database.Path}: {text}");
            }
        }
    }
}
