using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>The connection of a writer: closed after a failure that leaves its state in doubt, and reopened with checks.</summary>
internal sealed partial class WriterDatabase(IGroupTarget target, GroupContext context, WriterTrouble trouble, ILogger logger, Action<string>? faults)
{
    private Database? _database;

    /// <summary>The open connection.</summary>
    public Database Current => _database!;

    /// <summary>Whether it is closed for good.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Opens and loads it; after a failure with checks, and with all of the log brought into it.</summary>
    public void Open(bool poisoned)
    {
        Database? database = null;
        try
        {
            database = target.OpenDatabase();
            if (poisoned)
            {
                // Pages that a failed flush left only in memory are written anew, and flushed.
                database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
                DatabaseSchema.Check(database);
            }

            context.Open(database);
            target.Reopened();
            _database = database;
        }
        catch (Exception e) when (e is StoreException || StorageFailure.Is(e))
        {
            database?.Dispose();
            throw e is StoreFullException || StorageFailure.IsFull(e) ? new StoreFullException(e) : target.Unavailable(e);
        }
    }

    /// <summary>Begins a transaction; opens the database before when it was abandoned.</summary>
    public void Begin()
    {
        if (_database is null)
        {
            if (IsClosed)
            {
                throw target.Unavailable(null);
            }

            Open(poisoned: true);
        }

        // What is written to a database without a name is lost with the last connection.
        if (!File.Exists(target.DatabasePath))
        {
            throw new FileNotFoundException($"{target.DatabasePath} is missing.");
        }

        _database!.RunPrepared("BEGIN IMMEDIATE");
    }

    public void Commit()
    {
        faults?.Invoke("commit");
        _database!.RunPrepared("COMMIT");
        faults?.Invoke("committed");
    }

    /// <summary>Whether an exception of an operation fails its whole group.</summary>
    public bool EndsGroup(Exception exception) =>
        // SQLite may have ended the transaction by itself, or cannot be trusted to go on.
        (exception is SqliteException sqlite && !StorageFailure.IsOfStatement(sqlite)) || _database!.IsAutoCommit;

    /// <summary>After a group that failed: goes back to what was before it, or closes the database and reopens it with checks.</summary>
    /// <returns>Whether the state was in doubt.</returns>
    public bool GoBack(Exception exception, GroupStep reached)
    {
        if (_database is null || (StorageFailure.IsHarmless(exception, reached) && (reached == GroupStep.Nothing || TryRollBack(goesOn: true))))
        {
            return false;
        }

        // Of a commit that failed nobody knows whether it holds: its files stay until the reopened database has said.
        if (reached != GroupStep.CommitTried)
        {
            TryRollBack(goesOn: false);
        }

        CloseConnection();
        TryReopen();
        return true;
    }

    /// <summary>Brings the log into the database when that is due.</summary>
    public void Checkpoint(Checkpoints checkpoints, bool isIdle)
    {
        if (_database is null)
        {
            return;
        }

        try
        {
            checkpoints.RunWhenDue(_database, isIdle);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            LogCheckpointFailed(logger, target.Name, e);
        }
    }

    /// <summary>Closes it for good.</summary>
    public void Close()
    {
        IsClosed = true;
        CloseConnection();
    }

    private bool TryRollBack(bool goesOn)
    {
        try
        {
            // SQLite may have rolled back by itself.
            if (!_database!.IsAutoCommit)
            {
                _database.RunPrepared("ROLLBACK");
            }

            context.Links.Remove(0);
            if (goesOn)
            {
                context.RolledBack();
            }

            return true;
        }
        catch (Exception e) when (e is StoreException || StorageFailure.Is(e))
        {
            LogClosing(logger, target.Name, e);
            return false;
        }
    }

    // At once, so that links of a group that did not happen go now and not with the next write, which may be far off.
    private void TryReopen()
    {
        try
        {
            Open(poisoned: true);
        }
        catch (StoreException e)
        {
            trouble.Continues(e);
        }
    }

    private void CloseConnection()
    {
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException e)
        {
            LogClosing(logger, target.Name, e);
        }

        _database = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Writer}: closing after a failure")]
    private static partial void LogClosing(ILogger logger, string writer, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Writer}: checkpoint")]
    private static partial void LogCheckpointFailed(ILogger logger, string writer, Exception exception);
}
