using Mox.Store;

namespace Mox.Queue;

/// <summary>Where the queue is on disk, and what reads it.</summary>
internal sealed class QueueFiles(string dataDirectory, IMessageFiles files)
{
    public string QueueDirectory { get; } = DirectoryOf(dataDirectory);

    public string DatabasePath { get; } = DatabaseOf(dataDirectory);

    /// <summary>The store's: contents of the queue have the same form, and are spooled in the same place.</summary>
    public IMessageFiles Files => files;

    public DatabaseReaders Readers { get; } = new(DatabaseOf(dataDirectory), static e => new QueueUnavailableException(e));

    public static string DirectoryOf(string dataDirectory) => Path.Combine(dataDirectory, "queue");

    public static string DatabaseOf(string dataDirectory) => Path.Combine(DirectoryOf(dataDirectory), "queue.db");

    /// <summary>Opens a content: prefix and file as one.</summary>
    /// <exception cref="StoreException">The file is missing.</exception>
    public MessageContent Open(long messageId, byte[] prefix, long fileBytes)
    {
        try
        {
            return new MessageContent(prefix, files.OpenRead(QueueDirectory, new MessageId(messageId)), prefix.Length + fileBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StoreException($"The file of queued message {messageId} is missing.", e);
        }
    }

    /// <summary>Removes a content whose rows are gone; what cannot be removed goes at the next start.</summary>
    public void Delete(long messageId)
    {
        try
        {
            files.Delete(files.PathOf(QueueDirectory, new MessageId(messageId)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is swept at the next start.
        }
    }
}
