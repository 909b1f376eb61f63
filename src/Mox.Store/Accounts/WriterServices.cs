using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>What an account's writer needs of the store.</summary>
internal sealed class WriterServices(string accountName, string directory, StoreServices store)
{
    public string AccountName { get; } = accountName;

    public string Directory { get; } = directory;

    public string DatabasePath { get; } = Path.Combine(directory, "account.db");

    public StoreOptions Options => store.Options;

    public IMessageFiles Files => store.Files;

    public TimeProvider TimeProvider => store.TimeProvider;

    public StoreThreads WriterThreads => store.WriterThreads;

    public StoreThreads FileThreads => store.FileThreads;

    public StoreMetrics Metrics => store.Metrics;

    public ILogger Logger => store.Logger;

    public Action<string>? Faults => store.Options.Faults;

    /// <summary>Opens the database and loads its state; after a failure with checks, and with all of the log brought into it.</summary>
    public Database Open(WriteContext context, bool poisoned)
    {
        Database? database = null;
        try
        {
            database = AccountSchema.Open(DatabasePath, Faults);
            if (poisoned)
            {
                // Pages that a failed flush left only in memory are written anew, and flushed.
                database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
                AccountSchema.Check(database);
            }

            long stored = AccountCounters.Read(database).LastMessageId;
            context.Load(database, Files.SweepAbove(Directory, stored));
            return database;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or StoreException)
        {
            database?.Dispose();
            throw Platform.IsDiskFull(e) || e is SqliteException { SqliteErrorCode: 13 } ? new StoreFullException(e)
                : new AccountUnavailableException(AccountName, e);
        }
    }

    public void FlushDirectory(string path)
    {
        Files.FlushDirectory(path);
        Metrics.DirectoryFlushed();
    }
}
