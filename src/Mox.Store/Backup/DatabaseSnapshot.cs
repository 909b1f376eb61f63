using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Mox.Store;

/// <summary>Copies a database that is in use, as it was at one moment.</summary>
/// <remarks>One read transaction: nobody waits for it, and what is committed meanwhile is not in the copy. Blocks.</remarks>
public static class DatabaseSnapshot
{
    private const int PagesAtOnce = 4096;
    private const int CacheKiB = 4096;
    private const int Done = 101;

    /// <summary>
    /// Copies a database into a new file, which is on stable storage when this returns; its directory's entry is the caller's to flush. The copy
    /// has no write-ahead log: one file is all of it, and it can be read where nothing can be written.
    /// </summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    public static void Copy(string source, string destination, CancellationToken cancellationToken)
    {
        SqliteEngine.Install(NullLogger.Instance);
        // Makes the file, so that it is never another's.
        using SafeFileHandle file = File.OpenHandle(destination, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            using (var from = new Database(source, readOnly: true, CacheKiB))
            using (var to = new Database(destination, readOnly: false, CacheKiB))
            {
                to.Run("PRAGMA synchronous = OFF");
                from.Run("BEGIN");
                Copy(from, to, cancellationToken);
                from.Run("COMMIT");
                to.Run("PRAGMA journal_mode = DELETE");
            }

            RandomAccess.FlushToDisk(file);
        }
        catch (SqliteException e)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture, $"{source} cannot be copied: {e.Message}"), e);
        }
    }

    // In steps, so that it can be cancelled; the transaction keeps them one moment.
    private static void Copy(Database from, Database to, CancellationToken cancellationToken)
    {
        _ = from.ReadInt64("PRAGMA user_version");
        sqlite3_backup backup = raw.sqlite3_backup_init(to.Connection.Handle!, "main", from.Connection.Handle!, "main");
        if (backup.IsInvalid)
        {
            throw to.Failure(raw.sqlite3_errcode(to.Connection.Handle!));
        }

        int result;
        try
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                result = raw.sqlite3_backup_step(backup, PagesAtOnce);
            }
            while (result == raw.SQLITE_OK);
        }
        finally
        {
            _ = raw.sqlite3_backup_finish(backup);
        }

        if (result != Done)
        {
            throw to.Failure(result);
        }
    }
}
