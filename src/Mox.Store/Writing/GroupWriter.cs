using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mox.Store;

/// <summary>The only writer of a database: takes all operations that wait, runs each in a savepoint, and commits them together.</summary>
/// <remarks>
/// It has no thread of its own: when work comes it is queued on the writer threads, and runs on one of them at a time. After a failure that
/// leaves the state in doubt the database is closed: the next group reopens and checks it before anything else, so it recovers by itself.
/// </remarks>
internal sealed class GroupWriter<TContext>
    where TContext : GroupContext
{
    private const int MaxGroup = 1000;
    private const int MaxBytesFlushedByWriter = 256 * 1024;

    private readonly ConcurrentQueue<GroupOperation<TContext>> _queue = new();
    private readonly List<GroupOperation<TContext>> _group = [];
    private readonly List<GroupOperation<TContext>> _done = [];
    private readonly List<(GroupOperation<TContext> Operation, Exception Exception)> _failed = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WriterServices _services;
    private readonly TContext _context;
    private readonly IGroupTarget _target;
    private readonly WriterTrouble _trouble;
    private readonly WriterDatabase _database;
    private readonly Checkpoints _checkpoints;
    private int _scheduled;
    private volatile bool _isClosing;
    private bool _hasTrouble;

    public GroupWriter(WriterServices services, TContext context, IGroupTarget target)
    {
        _services = services;
        _context = context;
        _target = target;
        _trouble = new WriterTrouble(target, services.Logger);
        _database = new WriterDatabase(target, context, _trouble, services.Logger, services.Faults);
        _checkpoints = new Checkpoints(target.Checkpoints, services.TimeProvider, Schedule);
    }

    /// <summary>What went wrong in the last group of writes; null when it went well.</summary>
    public string? Problem => _trouble.Problem;

    /// <summary>Opens and checks the database; on the calling thread, before any operation.</summary>
    public void Open() => _database.Open(poisoned: false);

    /// <summary>Brings the contents of an operation to stable storage before it is posted, or leaves that to the operation.</summary>
    /// <remarks>
    /// A small one that comes alone is flushed by the writer's thread, which saves a change of threads there and back. In company, the contents
    /// are flushed at the same time, while the writer is busy with the group before. Whether it is alone may change until it is posted.
    /// </remarks>
    public Task FlushAsync(IEnumerable<SpooledMessage> contents)
    {
        bool isIdle = Volatile.Read(ref _scheduled) == 0 && _queue.IsEmpty;
        return isIdle && contents.Take(2).ToArray() is [{ SizeBytes: <= MaxBytesFlushedByWriter }]
            ? Task.CompletedTask
            : Task.WhenAll(contents.Select(content => content.FlushAsync()));
    }

    /// <summary>Runs a write; completes when it is on stable storage. Cancelling one that has begun does not undo it.</summary>
    public Task<T> RunAsync<T>(GroupOperation<TContext, T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Post(operation);
        return operation.Task;
    }

    /// <summary>Adds an operation to the next group.</summary>
    public void Post(GroupOperation<TContext> operation)
    {
        if (StoreMetrics.Activities.HasListeners())
        {
            operation.Caller = Activity.Current?.Context ?? default;
        }

        if (_isClosing)
        {
            operation.Fail(_target.Unavailable(null));
            return;
        }

        _queue.Enqueue(operation);
        Schedule();
    }

    /// <summary>Adds an operation that nobody waits for to the next group that runs, or to the closing.</summary>
    public void PostLazily(GroupOperation<TContext> operation) => _queue.Enqueue(operation);

    /// <summary>Does what waits, and closes the database. Later operations fail.</summary>
    public Task CloseAsync()
    {
        _isClosing = true;
        Schedule();
        return _closed.Task;
    }

    private void Schedule()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0 && !_services.WriterThreads.TryPost(Turn))
        {
            // The threads have ended: nobody is left to run them.
            if (_isClosing)
            {
                Close();
            }

            Interlocked.Exchange(ref _scheduled, 0);
            while (_queue.TryDequeue(out GroupOperation<TContext>? operation))
            {
                operation.Fail(_target.Unavailable(null));
            }
        }
    }

    // One group, then back of the line, so that busy databases cannot starve others.
    private void Turn()
    {
        // Looked at first: what was posted before the closing is in the queue now.
        bool isClosing = _isClosing;
        while (_group.Count < MaxGroup && _queue.TryDequeue(out GroupOperation<TContext>? operation))
        {
            _group.Add(operation);
        }

        if (_group.Count > 0)
        {
            RunGroup();
        }

        if (isClosing && _queue.IsEmpty)
        {
            Close();
        }
        else
        {
            _database.Checkpoint(_checkpoints, _queue.IsEmpty);
        }

        // A full fence: the queue must not be looked at before others can see that no turn is scheduled, or both would leave it to the other.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_queue.IsEmpty || (_isClosing && !_database.IsClosed))
        {
            Schedule();
        }
    }

    private void Close()
    {
        _checkpoints.Stop();
        _database.Close();
        _trouble.End(succeeded: false);
        _closed.TrySetResult();
    }

    private void RunGroup()
    {
        long start = _services.TimeProvider.GetTimestamp();
        using Activity? span = StartSpan();
        var reached = GroupStep.Nothing;
        _hasTrouble = false;
        try
        {
            _context.BeginGroup();
            _database.Begin();
            reached = GroupStep.Begun;
            foreach (GroupOperation<TContext> operation in _group)
            {
                RunOne(operation);
            }

            if (_done.Count > 0)
            {
                _context.WriteState();
            }

            FlushDirectories();
            reached = GroupStep.CommitTried;
            _database.Commit();
            _context.Committed();
            _target.Committed();
        }
#pragma warning disable CA1031 // Whatever went wrong goes to all who wait, and the database is reopened before it goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            span?.SetStatus(ActivityStatusCode.Error);
            FailGroup(e, reached);
            return;
        }

        Complete(_services.TimeProvider.GetElapsedTime(start));
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

    private void RunOne(GroupOperation<TContext> operation)
    {
        Database database = _database.Current;
        database.RunPrepared("SAVEPOINT operation");
        _context.BeginOperation();
        try
        {
            operation.Execute(_context);
        }
        catch (Exception e) when (!_database.EndsGroup(e))
        {
            _context.UndoOperation();
            database.RunPrepared("ROLLBACK TO operation");
            database.RunPrepared("RELEASE operation");
            FailOne(operation, e);
            return;
        }

        database.RunPrepared("RELEASE operation");
        _done.Add(operation);
    }

    private void FailOne(GroupOperation<TContext> operation, Exception exception)
    {
        Exception told = StorageFailure.Map(exception, _target.Unavailable);
        if (told is StoreFullException || !ReferenceEquals(told, exception))
        {
            _hasTrouble = true;
            _trouble.Begin(exception);
        }

        _failed.Add((operation, told));
    }

    private void FlushDirectories()
    {
        if (_context.Links.DirectoriesToFlush.Count == 1)
        {
            FlushDirectory(_context.Links.DirectoriesToFlush.First());
        }
        else if (_context.Links.DirectoriesToFlush.Count > 1)
        {
            Task<bool>[] flushes = [.. _context.Links.DirectoriesToFlush.Select(directory => _services.FileThreads.RunAsync(() =>
            {
                FlushDirectory(directory);
                return true;
            }))];
            // This is a thread of our own, which may wait.
            Task.WhenAll(flushes).GetAwaiter().GetResult();
        }

        _context.Links.DirectoriesFlushed();
    }

    private void FlushDirectory(string directory)
    {
        _services.Files.FlushDirectory(directory);
        _services.Metrics.DirectoryFlushed();
    }

    private void Complete(TimeSpan duration)
    {
        _target.CountGroup(_done.Count, duration);
        if (!_hasTrouble)
        {
            _trouble.End(succeeded: true);
        }

        foreach (GroupOperation<TContext> operation in _done)
        {
            operation.Complete();
        }

        foreach ((GroupOperation<TContext> operation, Exception exception) in _failed)
        {
            operation.Fail(exception);
        }

        Clear();
        _target.Publish();
    }

    private void FailGroup(Exception exception, GroupStep reached)
    {
        if (_database.IsClosed)
        {
            _trouble.Continues(exception);
        }
        else
        {
            _trouble.Begin(exception);
            _target.CountFailure(_database.GoBack(exception, reached));
        }

        Exception told = StorageFailure.Map(exception, _target.Unavailable) as StoreException ?? _target.Unavailable(exception);
        foreach (GroupOperation<TContext> operation in _group)
        {
            // Those that failed by themselves keep their own reason.
            int at = _failed.FindIndex(f => ReferenceEquals(f.Operation, operation));
            operation.Fail(at < 0 ? told : _failed[at].Exception);
        }

        Clear();
    }

    private void Clear()
    {
        _group.Clear();
        _done.Clear();
        _failed.Clear();
    }
}
