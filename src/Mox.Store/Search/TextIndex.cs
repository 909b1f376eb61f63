using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>The text index of one open account: finds in it, and keeps it up to date in the background.</summary>
/// <remarks>
/// <see cref="RunStep"/> is called on the index worker's thread only, all else by anybody. An index that is damaged is thrown away and made
/// anew; one that cannot be written is left alone for a while. Meanwhile it says that it cannot say, and searches look into every message.
/// </remarks>
internal sealed partial class TextIndex : ITextIndex
{
    private const int PendingAtOnce = 256;
    private const int MaxDiscards = 3;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<(long Target, TaskCompletionSource Completion)> _waiters = [];
    private readonly string _account;
    private readonly string _path;
    private readonly StoreServices _store;
    private readonly IndexBuilder _builder;
    private readonly ITimer _timer;
    private DatabaseReaders _readers;
    private SearchDatabase? _database;
    private long _newest;
    private long _coveredTo;
    private bool _isPosted;
    private bool _isDelayed;
    private bool _isRebuildWanted;
    private volatile bool _isUsable;
    private bool _isTroubled;
    private bool _isClosed;
    private int _discards;

    public TextIndex(Account account, string path, StoreServices store)
    {
        _account = account.Name;
        _path = path;
        _store = store;
        _builder = new IndexBuilder(account, store);
        _readers = NewReaders();
        _timer = store.TimeProvider.CreateTimer(_ => Post(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public TextCandidates? Find(string needle, TextScope scope)
    {
        if (!_isUsable || IndexNeedle.Query(needle) is not { } query)
        {
            return null;
        }

        try
        {
            return Volatile.Read(ref _readers).Read(database => IndexQuery.Run(database, query, scope));
        }
        catch (StoreException e)
        {
            LogCannotRead(_store.Logger, _account, e);
            if (e.InnerException is SqliteException sqlite && IsDamage(sqlite))
            {
                Damaged(e);
            }

            return null;
        }
    }

    /// <summary>The account has opened with contents up to this one, and goes on with the index where it was left.</summary>
    public void Opened(long newest)
    {
        lock (_gate)
        {
            _newest = newest;
        }

        _store.Metrics.IndexOpened(this);
        Post();
    }

    /// <summary>Contents up to this one are committed. Soon, or when they are many, they go into the index.</summary>
    public void Grown(long newest)
    {
        lock (_gate)
        {
            if (newest == _newest)
            {
                return;
            }

            _newest = newest;
            if (newest - _coveredTo < PendingAtOnce)
            {
                StartDelay();
                return;
            }
        }

        Post();
    }

    /// <summary>Contents were erased; some time they leave the index too.</summary>
    public void Erased(int count)
    {
        _builder.Erased(count);
        lock (_gate)
        {
            StartDelay();
        }
    }

    /// <summary>How many ids are not in the index yet; some of them may be of nothing.</summary>
    public long Lag
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(0, _newest - _coveredTo);
            }
        }
    }

    /// <summary>Size of the database after the newest step.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Completes when all that is committed now is in the index, which is thrown away first when that is wanted.</summary>
    /// <exception cref="AccountUnavailableException">The account closed, or the index cannot be written.</exception>
    public Task WaitAsync(bool rebuild, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isClosed)
            {
                throw new AccountUnavailableException(_account);
            }

            _isRebuildWanted |= rebuild;
            _waiters.Add((_newest, completion));
        }

        Post();
        return completion.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends after the step that runs; the next time the account opens it goes on.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _isUsable = false;
        await _timer.DisposeAsync();
        try
        {
            await _store.IndexWorker.RunAsync(() =>
            {
                Close();
                return true;
            });
        }
        catch (ObjectDisposedException)
        {
            // The worker has ended, so no step runs.
            Close();
        }

        _store.Metrics.IndexClosed(this);
        Complete(new AccountUnavailableException(_account));
    }

    /// <summary>Does a little; true when there is more to do.</summary>
    public bool RunStep()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _isPosted = _isDelayed = false;
        }

        try
        {
            return Step();
        }
        catch (SqliteException e) when (IsDamage(e) && Damaged(e))
        {
            return false;
        }
        catch (Exception e) when (e is SqliteException or StoreException or IOException or UnauthorizedAccessException)
        {
            Fail(e);
            return false;
        }
    }

    private bool Step()
    {
        if (TakeRebuild())
        {
            Discard();
        }

        _database ??= Open();
        bool hasMore = _builder.Step(_database, out long coveredTo);
        lock (_gate)
        {
            _coveredTo = coveredTo;
            _newest = Math.Max(_newest, coveredTo);
        }

        if (_isTroubled)
        {
            _isTroubled = false;
            LogRecovered(_store.Logger, _account);
        }

        _isUsable = true;
        _database.Checkpoint(all: !hasMore);
        SizeBytes = _database.SizeBytes;
        Complete(null);
        return hasMore && GoOn();
    }

    // A step that was asked for meanwhile stands in the queue already.
    private bool GoOn()
    {
        lock (_gate)
        {
            bool goOn = !_isPosted;
            _isPosted = true;
            return goOn;
        }
    }

    private SearchDatabase Open()
    {
        SearchDatabase database = SearchDatabase.Open(_path);
        long newest;
        lock (_gate)
        {
            newest = _newest;
        }

        if (database.CoveredTo <= newest)
        {
            return database;
        }

        // Of another state of the account, such as one that a restored backup replaced: its ids mean other contents.
        database.Dispose();
        LogForeign(_store.Logger, _account);
        SearchDatabase.Delete(_path);
        return SearchDatabase.Open(_path);
    }

    // Whether it is thrown away now, by the next step: a disk that damages whatever it gets is not written to for ever.
    private bool Damaged(Exception damage)
    {
        lock (_gate)
        {
            if (_isClosed || _isRebuildWanted || _discards == MaxDiscards)
            {
                return _isRebuildWanted;
            }

            _discards++;
            _isRebuildWanted = true;
        }

        _isUsable = false;
        LogDiscarded(_store.Logger, _account, damage);
        _store.Metrics.IndexDiscarded();
        Post();
        return true;
    }

    private void Discard()
    {
        _isUsable = false;
        Close();
        lock (_gate)
        {
            _coveredTo = 0;
        }

        Volatile.Write(ref _readers, NewReaders());
        SearchDatabase.Delete(_path);
    }

    private void Close()
    {
        _isUsable = false;
        _readers.Close();
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException e)
        {
            LogTrouble(_store.Logger, _account, e);
        }

        _database = null;
    }

    // Said once, and tried again later: mail goes on without it.
    private void Fail(Exception exception)
    {
        if (!_isTroubled)
        {
            _isTroubled = true;
            LogTrouble(_store.Logger, _account, exception);
        }

        Close();
        Volatile.Write(ref _readers, NewReaders());
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isDelayed = true;
                _timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            }
        }

        Complete(new AccountUnavailableException(_account, exception));
    }

    private bool TakeRebuild()
    {
        lock (_gate)
        {
            bool wanted = _isRebuildWanted;
            _isRebuildWanted = false;
            return wanted;
        }
    }

    private void Complete(Exception? failure)
    {
        List<TaskCompletionSource> done = [];
        lock (_gate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (failure is not null || (_waiters[i].Target <= _coveredTo && !_isRebuildWanted))
                {
                    done.Add(_waiters[i].Completion);
                    _waiters.RemoveAt(i);
                }
            }
        }

        foreach (TaskCompletionSource completion in done)
        {
            if (failure is null)
            {
                completion.SetResult();
            }
            else
            {
                completion.SetException(failure);
            }
        }
    }

    private void StartDelay()
    {
        if (!_isDelayed && !_isPosted && !_isClosed)
        {
            _isDelayed = true;
            _timer.Change(Delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Post()
    {
        lock (_gate)
        {
            if (_isPosted || _isClosed)
            {
                return;
            }

            _isPosted = true;
        }

        _store.IndexWorker.Post(this);
    }

    private DatabaseReaders NewReaders() => new(_path, e => new AccountUnavailableException(_account, e));

    // SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_ERROR is what a table that is missing says.
    private static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is 1 or 11 or 26;

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: the text index is damaged, it is thrown away and made anew")]
    private static partial void LogDiscarded(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "account {Account}: the text index is of another state of the account, it is made anew")]
    private static partial void LogForeign(ILogger logger, string account);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: the text index cannot be written; until it can searches look into each message")]
    private static partial void LogTrouble(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "account {Account}: the text index can be written again")]
    private static partial void LogRecovered(ILogger logger, string account);

    [LoggerMessage(Level = LogLevel.Debug, Message = "account {Account}: the text index cannot be read")]
    private static partial void LogCannotRead(ILogger logger, string account, Exception exception);
}
