using Microsoft.Extensions.Logging.Abstractions;
using Mox.Store;

namespace Mox.Queue;

/// <summary>What was backed up of the queue.</summary>
/// <param name="Messages">Contents in the backup.</param>
/// <param name="IsCopied">Whether they had to be copied; else they are hard links.</param>
/// <param name="Problems">What is missing; empty when the queue is whole.</param>
public sealed record QueueBackupResult(long Messages, bool IsCopied, IReadOnlyList<string> Problems);

/// <summary>Copies the queue of one data directory into another: queue.db as it is at one moment, then every content that the copy names.</summary>
public static class QueueBackup
{
    private const int MaxProblems = 100;

    /// <summary>
    /// Runs it; while the queue is in use, <see cref="MailQueue.HoldErases"/> must be held. Null when the data directory has no queue. Blocks.
    /// </summary>
    /// <exception cref="StoreException">queue.db cannot be copied.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public static QueueBackupResult? Run(string dataDirectory, string destination, CancellationToken cancellationToken)
    {
        if (!File.Exists(QueueFiles.DatabaseOf(dataDirectory)))
        {
            return null;
        }

        string source = QueueFiles.DirectoryOf(dataDirectory);
        string queue = QueueFiles.DirectoryOf(destination);
        string messages = Path.Combine(queue, "msg");
        Directory.CreateDirectory(messages);
        string copy = QueueFiles.DatabaseOf(destination);
        DatabaseSnapshot.Copy(QueueFiles.DatabaseOf(dataDirectory), copy, cancellationToken);

        var links = new FileLinks();
        var directories = new HashSet<string>(StringComparer.Ordinal) { messages, queue };
        var problems = new List<string>();
        long count = 0;
        SqliteEngine.Install(NullLogger.Instance);
        using var database = new Database(copy, readOnly: true, cacheKiB: 2048);
        using var read = new Statement(database, "SELECT Id FROM Messages ORDER BY Id");
        while (read.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = new MessageId(read.Int64(0));
            string to = MessageFiles.FileOf(queue, id);
            if (directories.Add(Path.GetDirectoryName(to)!))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            }

            try
            {
                links.Add(MessageFiles.FileOf(source, id), to);
                count++;
            }
            catch (FileNotFoundException) when (problems.Count < MaxProblems)
            {
                problems.Add($"{MessageFiles.FileOf(source, id)} is missing");
            }
            catch (FileNotFoundException)
            {
                // Enough was said.
            }
        }

        links.Flush(queue, directories);
        return new QueueBackupResult(count, links.HasCopied, problems);
    }
}
