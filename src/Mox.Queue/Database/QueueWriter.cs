using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Mox.Store;

namespace Mox.Queue;

/// <summary>The only writer of queue.db: takes all operations that wait, runs each in a savepoint, and commits them together.</summary>
/// <remarks>
/// The one thread of its own sleeps when nothing waits. After a failure that leaves the state in doubt the database is closed; the next group
/// reopens and checks it before anything else, so the queue recovers by itself. One Error line says that it failed, one Warning that it is back.
/// </remarks>
internal sealed partial class QueueWriter : IDisposable
{
    private const int MaxGroup = 500;
    private const int CheckpointPages = 2000;
    private const int CheckpointAlwaysPages = 16000;

    private readonly ConcurrentQueue<Operation> _queue = new();
    private readonly List<Operation> _group = [];
    private readonly StoreThreads _thread = new("queue writer", 1);
    private readonly QueueFiles _files;
    private readonly QueueWriteContext _context;
    private readonly QueueMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Action<string>? _faults;
    private readonly Action _reopened;
    private Database? _database;
    private int _scheduled;
    private int _checkpointed;
    private bool _isTroubled;
    private volatile string? _problem;
    private bool _hasTrouble;
    private bool _commitTried;

    public QueueWriter(QueueFiles files, QueueMetrics metrics, TimeProvider time, ILogger logger, Action<string>? faults, Action reopened)
    {
        _files = files;
        _metrics = metrics;
        _logger = logger;
        _faults = faults;
        _reopened = reopened;
        _context = new QueueWriteContext(files.QueueDirectory, files.Files, time);
    }

    /// <summary>What went wrong in the last group of writes; null when it went well.</summary>
    public string? Problem => _problem;

    /// <summary>Opens the database on the calling thread; makes it when it is missing.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public void Open()
    {
        QueueSchema.Database.CreateWhenMissing(_files.DatabasePath);
        _database = QueueSchema.Database.Open(_files.DatabasePath, _faults);
        _context.Load(_database);
    }

    /// <summary>Runs a write; completes when it is on stable storage.</summary>
    public Task<T> RunAsync<T>(Func<QueueWriteContext, T> write)
    {
        var operation = new Operation<T>(write);
        _queue.Enqueue(operation);
        Schedule();
        return operation.Task;
    }

    /// <summary>Does what waits, and closes.</summary>
    public void Dispose()
    {
        _thread.Dispose();
        FailAll();
        CloseDatabase();
    }

    private void Schedule()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0 && !_thread.TryPost(Turn))
        {
            Interlocked.Exchange(ref _scheduled, 0);
            FailAll();
        }
    }

    private void FailAll()
    {
        while (_queue.TryDequeue(out Operation? operation))
        {
            operation.Fail(new QueueUnavailableException());
        }
    }

    private void Turn()
    {
        while (_group.Count < MaxGroup && _queue.TryDequeue(out Operation? operation))
        {
            _group.Add(operation);
        }

        if (_group.Count > 0)
        {
            RunGroup();
        }

        CheckpointWhenDue();
        // A full fence: the queue must not be looked at before others can see that no turn is scheduled.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_queue.IsEmpty)
        {
            Schedule();
        }
    }

    private void RunGroup()
    {
        (_commitTried, _hasTrouble) = (false, false);
        try
        {
            _context.BeginGroup();
            Reopen();
            // What is written to a database without a name is lost with the last connection.
            if (!File.Exists(_files.DatabasePath))
            {
                throw new FileNotFoundException($"{_files.DatabasePath} is missing.");
            }

            _database!.RunPrepared("BEGIN IMMEDIATE");
            foreach (Operation operation in _group)
            {
                RunOne(operation);
            }

            _context.WriteState();
            foreach (string directory in _context.DirectoriesToFlush)
            {
                _files.Files.FlushDirectory(directory);
            }

            _context.DirectoriesFlushed();
            _commitTried = true;
            _faults?.Invoke("commit");
            _database.RunPrepared("COMMIT");
            _faults?.Invoke("committed");
            _context.Committed();
        }
#pragma warning disable CA1031 // Whatever went wrong goes to all who wait, and the database is reopened before it goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            FailGroup(e);
            return;
        }

        _metrics.GroupCommitted(_group.Count);
        _context.Publish();
        foreach (Operation operation in _group)
        {
            operation.Finish();
        }

        _group.Clear();
        if (_isTroubled && !_hasTrouble)
        {
            _isTroubled = false;
            _problem = null;
            LogRecovered(_logger);
        }
    }

    private void RunOne(Operation operation)
    {
        _database!.RunPrepared("SAVEPOINT operation");
        _context.BeginOperation();
        try
        {
            operation.Run(_context);
        }
        catch (Exception e) when (e is not SqliteException && !_database.IsAutoCommit)
        {
            _context.UndoOperation();
            _database.RunPrepared("ROLLBACK TO operation");
            _database.RunPrepared("RELEASE operation");
            operation.Failure = Map(e);
            if (operation.Failure is QueueUnavailableException or StoreFullException)
            {
                _hasTrouble = true;
                LogTrouble(e);
            }

            return;
        }

        _database.RunPrepared("RELEASE operation");
    }

    // Once, until it works again: a disk that stays full does not fill the log, too.
    private void LogTrouble(Exception exception)
    {
        _problem = "the queue cannot be written: " + exception.Message;
        if (_isTroubled)
        {
            LogStillTroubled(_logger, exception);
        }
        else
        {
            _isTroubled = true;
            LogFailed(_logger, exception);
        }
    }

    private void FailGroup(Exception exception)
    {
        LogTrouble(exception);
        _context.Unsettle();
        if (_database is not null && !(IsHarmless(exception) && TryUndo()))
        {
            Abandon();
        }

        Exception told = Map(exception) is StoreException known ? known : new QueueUnavailableException(exception);
        foreach (Operation operation in _group)
        {
            operation.Fail(operation.Failure ?? told);
        }

        _group.Clear();
    }

    // Locked by another process, or without room: it is as it was, and needs no check.
    private static bool IsHarmless(Exception exception) => exception is SqliteException { SqliteErrorCode: 5 or 6 or 13 };

    private bool TryUndo()
    {
        try
        {
            if (!_database!.IsAutoCommit)
            {
                _database.RunPrepared("ROLLBACK");
            }

            _context.RemoveLinks(0);
            return true;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            LogStillTroubled(_logger, e);
            return false;
        }
    }

    // Of a commit that failed nobody knows whether it holds: its files stay until the reopened database has said.
    private void Abandon()
    {
        if (!_commitTried)
        {
            TryUndo();
        }

        CloseDatabase();
        try
        {
            Reopen();
        }
        catch (StoreException e)
        {
            LogStillTroubled(_logger, e);
        }
    }

    private void Reopen()
    {
        if (_database is not null)
        {
            return;
        }

        Database? database = null;
        try
        {
            database = QueueSchema.Database.Open(_files.DatabasePath, _faults);
            // Pages that a failed flush left only in memory are written anew, and flushed.
            database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
            DatabaseSchema.Check(database);
            _context.Load(database);
            _database = database;
            _files.Readers.Drain();
            // A commit that was told to have failed may hold, so memory does not know of what is there.
            _reopened();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or StoreException)
        {
            database?.Dispose();
            throw Map(e) is StoreFullException full ? full : new QueueUnavailableException(e);
        }
    }

    private static Exception Map(Exception exception) => exception switch
    {
        StoreException => exception,
        _ when Platform.IsDiskFull(exception) => new StoreFullException(exception),
        SqliteException { SqliteErrorCode: 13 } => new StoreFullException(exception),
        SqliteException or IOException or UnauthorizedAccessException => new QueueUnavailableException(exception),
        _ => exception,
    };

    // Never inside a commit that someone waits for: when nothing waits, or when the log has grown past all measure.
    private void CheckpointWhenDue()
    {
        if (_database is null)
        {
            return;
        }

        try
        {
            _checkpointed = Math.Min(_checkpointed, _database.WalPages);
            int pages = _database.WalPages - _checkpointed;
            if (pages > CheckpointAlwaysPages || (pages > CheckpointPages && _queue.IsEmpty))
            {
                _database.Run("PRAGMA wal_checkpoint(PASSIVE)");
                _checkpointed = _database.WalPages;
            }
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            LogStillTroubled(_logger, e);
        }
    }

    private void CloseDatabase()
    {
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException e)
        {
            LogStillTroubled(_logger, e);
        }

        _database = null;
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "queue: a group of writes failed; until one succeeds again submitters get temporary errors and nothing leaves")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "queue: still not usable")]
    private static partial void LogStillTroubled(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "queue: writes succeed again")]
    private static partial void LogRecovered(ILogger logger);

    private abstract class Operation
    {
        /// <summary>Why it failed alone; the group goes on.</summary>
        public Exception? Failure { get; set; }

        public abstract void Run(QueueWriteContext context);

        public abstract void Finish();

        public abstract void Fail(Exception exception);
    }

    private sealed class Operation<T>(Func<QueueWriteContext, T> write) : Operation
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _completion.Task;

        public override void Run(QueueWriteContext context) => _result = write(context);

        public override void Finish()
        {
            if (Failure is { } failure)
            {
                _completion.TrySetException(failure);
            }
            else
            {
                _completion.TrySetResult(_result!);
            }
        }

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
