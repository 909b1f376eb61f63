using System.Runtime.CompilerServices;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>Makes a backup of a store and a queue that may be in use, and of the configuration.</summary>
/// <param name="store">The accounts.</param>
/// <param name="queue">The queue when it is in use; else null, and its files are taken as they are.</param>
/// <param name="dataDirectory">Where both are.</param>
/// <param name="time">The clock.</param>
internal sealed class BackupRun(AccountStore store, MailQueue? queue, string dataDirectory, TimeProvider time)
{
    // What the store makes its own copies of, and what only a running server has.
    private static readonly string[] NotCopied = ["accounts", "queue", "tmp", "lock", "ctl", "ctl.new", "server.db", "server.db-wal", "server.db-shm"];
    private static readonly string[] Known = ["receivedid.key"];

    private int _problems;

    /// <summary>Runs it; the last line has the summary.</summary>
    /// <exception cref="UserErrorException">It cannot be begun, or not go on.</exception>
    public async IAsyncEnumerable<BackupLine> RunAsync(BackupRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        long began = time.GetTimestamp();
        string config = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.ConfigDirectory));
        string data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        BackupDirectory backup = BackupDirectory.Create(request.Directory, data, config);
        int configFiles = Guard(() => TreeCopy.Copy(config, backup.Config, path => path == data));
        yield return new BackupLine($"configuration: {configFiles} files");

        int accounts = 0;
        long messages = 0;
        long bytes = 0;
        bool isCopied = false;
        await using IAsyncEnumerator<AccountBackup> done = new StoreBackup(store, backup.Data).RunAsync(ct).GetAsyncEnumerator(ct);
        while (await GuardAsync(done.MoveNextAsync))
        {
            AccountBackup account = done.Current;
            (accounts, messages, bytes) = (accounts + 1, messages + account.Messages, bytes + account.SizeBytes);
            isCopied |= account.IsCopied;
            yield return new BackupLine($"account {account.Account}: {account.Messages} messages{(account.IsCopied ? ", copied" : "")}");
            foreach (string problem in account.Problems)
            {
                yield return Problem($"account {account.Account}: {problem}");
            }
        }

        if (await GuardAsync(() => new ValueTask<QueueBackupResult?>(BackUpQueueAsync(data, backup.Data, ct))) is { } sending)
        {
            isCopied |= sending.IsCopied;
            yield return new BackupLine($"queue: {sending.Messages} messages");
            foreach (string problem in sending.Problems)
            {
                yield return Problem($"queue: {problem}");
            }
        }

        foreach (string unknown in Guard(() => CopyOthers(data, backup.Data)))
        {
            yield return Problem($"{unknown} is unknown; it was copied as it is");
        }

        Guard(() =>
        {
            backup.Finish();
            return true;
        });
        var summary = new BackupSummary(
            backup.Root, accounts, messages, bytes, isCopied, configFiles, _problems, Math.Round(time.GetElapsedTime(began).TotalSeconds, 3));
        yield return new BackupLine(Summary: summary);
    }

    private async Task<QueueBackupResult?> BackUpQueueAsync(string data, string destination, CancellationToken ct)
    {
        using IDisposable? hold = queue?.HoldErases();
        return await Task.Run(() => QueueBackup.Run(data, destination, ct), ct);
    }

    private static List<string> CopyOthers(string data, string destination)
    {
        var unknown = new List<string>();
        foreach (string path in Directory.EnumerateFileSystemEntries(data))
        {
            string name = Path.GetFileName(path);
            if (NotCopied.Contains(name))
            {
                continue;
            }

            string to = Path.Combine(destination, name);
            if (Directory.Exists(path))
            {
                TreeCopy.Copy(path, to, static _ => false);
            }
            else
            {
                TreeCopy.CopyFile(path, to);
            }

            if (!Known.Contains(name))
            {
                unknown.Add(path);
            }
        }

        DurableFiles.FlushDirectory(destination);
        return unknown;
    }

    private static T Guard<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(e);
        }
    }

    private static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(e);
        }
    }

    private static UserErrorException Failure(Exception e) => new($"the backup stopped, and is not whole: {e.Message.TrimEnd('.')}", e);

    private BackupLine Problem(string text)
    {
        _problems++;
        return new BackupLine(Problem: text);
    }
}
