namespace Mox.Store;

/// <summary>Runs the steps of all text indexes, one after the other on one thread, so slowly that others do not notice.</summary>
/// <remarks>
/// A step takes some ten milliseconds. While mail is written it is followed by nine times as long a pause, so that indexing has a tenth of
/// a core at most; else by as long a one. No lower priority of the thread in place of it: a thread that the system does not let run cannot
/// be stopped for a garbage collection either.
/// </remarks>
internal sealed class IndexWorker : IDisposable
{
    private const int BusyPause = 9;

    private readonly Lock _gate = new();
    private readonly Queue<TextIndex> _due = new();
    private readonly StoreThreads _thread = new("store index", 1);
    private readonly TimeProvider _timeProvider;
    private readonly StoreMetrics _metrics;
    private readonly ITimer _pause;
    private bool _isScheduled;
    private long _commits;

    public IndexWorker(TimeProvider timeProvider, StoreMetrics metrics)
    {
        _timeProvider = timeProvider;
        _metrics = metrics;
        _pause = timeProvider.CreateTimer(_ => Schedule(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has the index run a step when its turn comes.</summary>
    public void Post(TextIndex index)
    {
        lock (_gate)
        {
            _due.Enqueue(index);
            if (_isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        Schedule();
    }

    /// <summary>Runs something between the steps.</summary>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public Task<T> RunAsync<T>(Func<T> work) => _thread.RunAsync(work);

    public void Dispose()
    {
        _pause.Dispose();
        _thread.Dispose();
    }

    // When the store is closing the rest is left for the next time it is open.
    private void Schedule() => _thread.TryPost(Turn);

    private void Turn()
    {
        TextIndex index;
        lock (_gate)
        {
            index = _due.Dequeue();
        }

        long start = _timeProvider.GetTimestamp();
        bool hasMore = index.RunStep();
        TimeSpan pause = _timeProvider.GetElapsedTime(start) * PauseFactor();
        lock (_gate)
        {
            if (hasMore)
            {
                _due.Enqueue(index);
            }

            if (_due.Count == 0)
            {
                _isScheduled = false;
                return;
            }
        }

        if (pause > TimeSpan.Zero)
        {
            _pause.Change(pause, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Schedule();
        }
    }

    private int PauseFactor()
    {
        long before = _commits;
        _commits = _metrics.Flushes.Commits;
        return _commits == before ? 1 : BusyPause;
    }
}
