using Microsoft.Extensions.Logging.Abstractions;

namespace Mox.Store;

/// <summary>Writes the backup of one account: its databases first, then every file that the copied database names.</summary>
/// <remarks>The caller keeps messages from being erased meanwhile, so each of those files is there. Blocks.</remarks>
internal sealed class AccountCopy(string name, string source, string destination, CancellationToken cancellationToken)
{
    private const int MaxProblems = 100;
    private const string MainDatabase = "account.db";

    private readonly FileLinks _links = new();
    private readonly List<string> _problems = [];
    private long _messages;
    private long _bytes;

    public AccountBackup Run()
    {
        string messages = Path.Combine(destination, "msg");
        Directory.CreateDirectory(messages);
        // The text index is made again from the messages.
        foreach (string database in Directory.EnumerateFiles(source, "*.db").Where(path => Path.GetFileName(path) != Account.TextIndexFile))
        {
            DatabaseSnapshot.Copy(database, Path.Combine(destination, Path.GetFileName(database)), cancellationToken);
        }

        List<string> directories = [destination, messages];
        Link(directories);
        LinkOthers();
        _links.Flush(destination, directories);
        return new AccountBackup(name, _messages, _bytes, _links.HasCopied, _problems);
    }

    private void Link(List<string> directories)
    {
        SqliteEngine.Install(NullLogger.Instance);
        using var database = new Database(Path.Combine(destination, MainDatabase), readOnly: true, cacheKiB: 2048);
        using var read = new Statement(database, "SELECT c.Id, c.SizeBytes - length(p.Prefix) FROM Contents c JOIN ParsedContents p ON p.ContentId = c.Id ORDER BY c.Id");
        string directory = "";
        while (read.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = new MessageId(read.Int64(0));
            string path = MessageFiles.FileOf(destination, id);
            if (Path.GetDirectoryName(path) is { } wanted && wanted != directory)
            {
                directory = wanted;
                directories.Add(directory);
                Directory.CreateDirectory(directory);
            }

            if (TryLink(MessageFiles.FileOf(source, id), path))
            {
                _messages++;
                _bytes += read.Int64(1);
            }
        }
    }

    // What later versions, or people, put beside the database.
    private void LinkOthers()
    {
        foreach (string path in Directory.EnumerateFiles(source))
        {
            string file = Path.GetFileName(path);
            bool isDatabase = file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith(".db-wal", StringComparison.Ordinal)
                || file.EndsWith(".db-shm", StringComparison.Ordinal) || file.EndsWith(".db-journal", StringComparison.Ordinal);
            if (!isDatabase)
            {
                File.Copy(path, Path.Combine(destination, file));
                Tell($"{path} is unknown; it was copied as it is");
            }
        }
    }

    private bool TryLink(string from, string to)
    {
        try
        {
            _links.Add(from, to);
            return true;
        }
        catch (FileNotFoundException)
        {
            Tell($"{from} is missing");
            return false;
        }
    }

    private void Tell(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }
}
