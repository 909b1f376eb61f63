using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>The only writer of an account: takes all operations that wait, runs each in a savepoint, and commits them together.</summary>
/// <remarks>
/// It has no thread of its own: when work comes it is queued on the store's writer threads, and runs on one of them at a time. After a
/// failure that leaves the state in doubt it is poisoned: the next group reopens and checks the database before anything else.
/// </remarks>
internal sealed partial class AccountWriter
{
    private const int MaxGroup = 1000;
    private const int CheckpointPages = 1000;
    private const int CheckpointAlwaysPages = 4000;
    private static readonly TimeSpan QuietBeforeCheckpoint = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<WriteOperation> _queue = new();
    private readonly List<WriteOperation> _group = [];
    private readonly List<WriteOperation> _done = [];
    private readonly List<(WriteOperation Operation, Exception Exception)> _failed = [];
    private readonly WriterServices _services;
    private readonly IGroupObserver _observer;
    private Database? _database;
    private readonly WriteContext _context;
    private int _scheduled;
    private volatile bool _closed;
    private int _checkpointed;
    private ITimer? _quiet;
    private volatile bool _isQuiet;
    private bool _isTroubled;

    private enum Step
    {
        Nothing,
        Begun,
        CommitTried,
    }

    public AccountWriter(WriterServices services, IGroupObserver observer)
    {
        _services = services;
        _observer = observer;
        _context = new WriteContext(
            services.AccountName, services.Directory, services.Options, services.Files, services.TimeProvider);
    }

    /// <summary>Whether a write that comes now would be alone; by the time it comes that may have changed.</summary>
    public bool IsIdle => Volatile.Read(ref _scheduled) == 0 && _queue.IsEmpty;

    /// <summary>Opens and checks the database; on the calling thread, before any operation.</summary>
    public void Open()
    {
        _database = _services.Open(_context, poisoned: false);
        _observer.Reopened(_context, _context.StoredModSeq);
    }

    public Task<T> RunAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Post(operation);
        return operation.Task;
    }

    public void Post(WriteOperation operation)
    {
        if (StoreMetrics.Activities.HasListeners())
        {
            operation.Caller = Activity.Current?.Context ?? default;
        }

        _queue.Enqueue(operation);
        Schedule();
    }

    /// <summary>Adds an operation that nobody waits for to the next group that runs, or to the closing.</summary>
    public void PostLazily(WriteOperation operation) => _queue.Enqueue(operation);

    /// <summary>Does what waits, checkpoints and closes the database. Later operations fail.</summary>
    public Task CloseAsync()
    {
        var close = new DelegateOperation<bool>(_ =>
        {
            _closed = true;
            return true;
        });
        Post(close);
        return close.Task;
    }

    private void Schedule()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0 && !_services.WriterThreads.TryPost(Turn))
        {
            // The store is closed: nobody is left to run them.
            Interlocked.Exchange(ref _scheduled, 0);
            while (_queue.TryDequeue(out WriteOperation? operation))
            {
                operation.Fail(new AccountUnavailableException(_services.AccountName));
            }
        }
    }

    // One group, then back of the line, so that busy accounts cannot starve others.
    private void Turn()
    {
        while (_group.Count < MaxGroup && _queue.TryDequeue(out WriteOperation? operation))
        {
            _group.Add(operation);
        }

        if (_group.Count > 0)
        {
            RunGroup();
        }

        if (_closed)
        {
            _quiet?.Dispose();
            CloseDatabase();
            Recover();
        }
        else
        {
            CheckpointWhenDue();
        }

        // A full fence: the queue must not be looked at before others can see that no turn is scheduled, or both would leave it to the other.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_queue.IsEmpty)
        {
            Schedule();
        }
    }

    private void RunGroup()
    {
        long start = _services.TimeProvider.GetTimestamp();
        using Activity? span = StartSpan();
        var reached = Step.Nothing;
        try
        {
            _context.BeginGroup();
            Reopen();
            CheckIsThere();
            _database!.RunPrepared("BEGIN IMMEDIATE");
            reached = Step.Begun;
            foreach (WriteOperation operation in _group)
            {
                RunOne(operation);
            }

            if (_done.Count > 0)
            {
                _context.WriteState();
            }

            FlushDirectories();
            reached = Step.CommitTried;
            _services.Faults?.Invoke("commit");
            _database.RunPrepared("COMMIT");
            _services.Faults?.Invoke("committed");
            _context.Committed();
            _observer.Committed(_context);
        }
#pragma warning disable CA1031 // Whatever went wrong goes to all who wait, and the account is reopened before it goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            span?.SetStatus(ActivityStatusCode.Error);
            FailGroup(e, reached);
            return;
        }

        _services.Metrics.GroupCommitted(_done.Count, _services.TimeProvider.GetElapsedTime(start));
        foreach (WriteOperation operation in _done)
        {
            operation.Complete();
        }

        foreach ((WriteOperation operation, Exception exception) in _failed)
        {
            operation.Fail(exception);
        }

        Clear();
        if (Recover())
        {
            LogRecovered(_services.Logger, _services.AccountName);
        }

        _observer.Publish(_context);
    }

    // One flush serves all that waited: the span belongs to the first of them, and is linked to the others.
    private Activity? StartSpan()
    {
        if (!StoreMetrics.Activities.HasListeners())
        {
            return null;
        }

        ActivityContext[] callers = [.. _group.Select(operation => operation.Caller).Where(caller => caller != default)];
        Activity? span = callers.Length == 0
            ? null
            : StoreMetrics.Activities.StartActivity(
                "store.group", ActivityKind.Internal, callers[0], links: callers.Skip(1).Select(caller => new ActivityLink(caller)));
        return span?.SetTag("mox.operations", _group.Count);
    }

    // What is written to a database without a name is lost with the last connection.
    private void CheckIsThere()
    {
        if (!File.Exists(_services.DatabasePath))
        {
            throw new FileNotFoundException($"{_services.DatabasePath} is missing.");
        }
    }

    private void RunOne(WriteOperation operation)
    {
        _database!.RunPrepared("SAVEPOINT operation");
        _context.BeginOperation();
        try
        {
            operation.Execute(_context);
        }
        catch (Exception e) when (!EndsGroup(e))
        {
            _context.UndoOperation();
            _database.RunPrepared("ROLLBACK TO operation");
            _database.RunPrepared("RELEASE operation");
            _failed.Add((operation, Map(e)));
            return;
        }

        _database.RunPrepared("RELEASE operation");
        _done.Add(operation);
    }

    // SQLite may have ended the transaction by itself, or cannot be trusted to go on.
    private bool EndsGroup(Exception exception) =>
        (exception is SqliteException sqlite && sqlite.SqliteErrorCode is not (19 or 20 or 25)) || _database!.IsAutoCommit;

    private void FlushDirectories()
    {
        if (_context.DirectoriesToFlush.Count == 1)
        {
            _services.FlushDirectory(_context.DirectoriesToFlush.First());
        }
        else if (_context.DirectoriesToFlush.Count > 1)
        {
            Task<bool>[] flushes = [.. _context.DirectoriesToFlush.Select(directory => _services.FileThreads.RunAsync(() =>
            {
                _services.FlushDirectory(directory);
                return true;
            }))];
            // This is a thread of our own, which may wait.
            Task.WhenAll(flushes).GetAwaiter().GetResult();
        }

        _context.DirectoriesFlushed();
    }

    private void FailGroup(Exception exception, Step reached)
    {
        LogTrouble(exception);
        if (_database is not null && !(IsHarmless(exception, reached) && TryUndoGroup(reached)))
        {
            Abandon(reached);
            TryReopen();
        }

        Exception told = Map(exception);
        if (told is not StoreException)
        {
            told = new AccountUnavailableException(_services.AccountName, exception);
        }

        foreach (WriteOperation operation in _group)
        {
            // Those that failed by themselves keep their own reason.
            int at = _failed.FindIndex(f => ReferenceEquals(f.Operation, operation));
            operation.Fail(at < 0 ? told : _failed[at].Exception);
        }

        Clear();
    }

    // A database that another process locks is as it was; one that found no room has not written its commit's last frame, so it does not
    // hold. Neither is damage, and to look for some at each message would take the server down with the account.
    private static bool IsHarmless(Exception exception, Step reached) =>
        exception is SqliteException sqlite && (sqlite.SqliteErrorCode == 13 || (reached == Step.Nothing && sqlite.SqliteErrorCode is 5 or 6));

    private bool TryUndoGroup(Step reached)
    {
        if (reached == Step.Nothing)
        {
            return true;
        }

        try
        {
            // SQLite may have rolled back by itself.
            if (!_database!.IsAutoCommit)
            {
                _database.RunPrepared("ROLLBACK");
            }

            _context.RemoveLinks(0);
            _context.Load(_database, _context.Counters.LastMessageId);
            return true;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            LogRollbackFailed(_services.Logger, _services.AccountName, e);
            return false;
        }
    }

    // Ends the transaction and the connection, of whose state nothing is sure.
    private void Abandon(Step reached)
    {
        try
        {
            // Of a commit that failed nobody knows whether it holds: its files stay until the reopened database has said.
            if (reached != Step.CommitTried)
            {
                if (!_database!.IsAutoCommit)
                {
                    _database.RunPrepared("ROLLBACK");
                }

                _context.RemoveLinks(0);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            LogRollbackFailed(_services.Logger, _services.AccountName, e);
        }

        _services.Metrics.AccountPoisoned();
        CloseDatabase();
    }

    // At once, so that links of a group that did not happen go now and not with the next write, which may be far off.
    private void TryReopen()
    {
        try
        {
            if (!_closed)
            {
                Reopen();
            }
        }
        catch (StoreException e)
        {
            LogStillTroubled(_services.Logger, _services.AccountName, e);
        }
    }

    // Once: an account that stays unusable does not fill the log.
    private void LogTrouble(Exception exception)
    {
        if (!_closed)
        {
            _services.Metrics.GroupFailed();
        }

        if (_isTroubled || _closed)
        {
            LogStillTroubled(_services.Logger, _services.AccountName, exception);
        }
        else
        {
            _isTroubled = true;
            _services.Metrics.AccountTroubled(1);
            LogPoisoned(_services.Logger, _services.AccountName, exception);
        }
    }

    private bool Recover()
    {
        if (!_isTroubled)
        {
            return false;
        }

        _isTroubled = false;
        _services.Metrics.AccountTroubled(-1);
        return true;
    }

    private void Reopen()
    {
        if (_database is not null)
        {
            return;
        }

        if (_closed)
        {
            throw new AccountUnavailableException(_services.AccountName);
        }

        _database = _services.Open(_context, poisoned: true);
        _observer.Reopened(_context, _context.StoredModSeq);
    }

    private Exception Map(Exception exception) => exception switch
    {
        StoreException => exception,
        _ when Platform.IsDiskFull(exception) => new StoreFullException(exception),
        SqliteException { SqliteErrorCode: 13 } => new StoreFullException(exception),
        SqliteException => new AccountUnavailableException(_services.AccountName, exception),
        IOException or UnauthorizedAccessException => new AccountUnavailableException(_services.AccountName, exception),
        _ => exception,
    };

    // Not while writes come one after the other, each of which would wait for it: when there was none for a while, or when the log has grown
    // past all measure.
    private void CheckpointWhenDue()
    {
        if (_database is null)
        {
            return;
        }

        try
        {
            // A log that was begun anew is shorter than what was checkpointed of the last one.
            _checkpointed = Math.Min(_checkpointed, _database.WalPages);
            int pages = _database.WalPages - _checkpointed;
            if (pages > CheckpointAlwaysPages || (pages > CheckpointPages && _isQuiet && _queue.IsEmpty))
            {
                _database.Run("PRAGMA wal_checkpoint(PASSIVE)");
                _checkpointed = _database.WalPages;
            }
            else if (pages > CheckpointPages)
            {
                _quiet ??= _services.TimeProvider.CreateTimer(_ => OnQuiet(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _quiet.Change(QuietBeforeCheckpoint, Timeout.InfiniteTimeSpan);
            }

            _isQuiet = false;
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            LogCheckpointFailed(_services.Logger, _services.AccountName, e);
        }
    }

    private void OnQuiet()
    {
        _isQuiet = true;
        Schedule();
    }

    private void CloseDatabase()
    {
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException e)
        {
            LogRollbackFailed(_services.Logger, _services.AccountName, e);
        }

        _database = null;
    }

    private void Clear()
    {
        _group.Clear();
        _done.Clear();
        _failed.Clear();
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "account {Account}: a group of writes failed; until one succeeds again its mail gets temporary errors")]
    private static partial void LogPoisoned(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "account {Account}: still not usable")]
    private static partial void LogStillTroubled(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: closing after a failure")]
    private static partial void LogRollbackFailed(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: writes succeed again")]
    private static partial void LogRecovered(ILogger logger, string account);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: checkpoint")]
    private static partial void LogCheckpointFailed(ILogger logger, string account, Exception exception);
}
