using Mox.Store;

namespace Mox.Queue;

/// <summary>Removes the files of contents whose rows are gone, on threads that may block; not while somebody holds them.</summary>
internal sealed class ContentErases(QueueFiles files, StoreThreads threads)
{
    private readonly Lock _gate = new();
    private readonly List<long> _waiting = [];
    private int _holds;
    private bool _isErasing;

    /// <summary>Removes files; those that come while some are being removed go with the next ones, on the same thread.</summary>
    public void Add(IReadOnlyList<long> contents)
    {
        lock (_gate)
        {
            _waiting.AddRange(contents);
        }

        Start();
    }

    /// <summary>Holds all files until the result is disposed of.</summary>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holds++;
        }

        return new Holder(this);
    }

    private void Release()
    {
        lock (_gate)
        {
            _holds--;
        }

        Start();
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_isErasing || _holds > 0 || _waiting.Count == 0)
            {
                return;
            }

            _isErasing = true;
        }

        // When the store is closing they are swept at the next start.
        _ = threads.TryPost(Erase);
    }

    private void Erase()
    {
        for (long[] some = Take(); some.Length > 0; some = Take())
        {
            foreach (long id in some)
            {
                files.Delete(id);
            }
        }
    }

    private long[] Take()
    {
        lock (_gate)
        {
            long[] some = _holds > 0 ? [] : [.. _waiting];
            if (some.Length == 0)
            {
                _isErasing = false;
            }
            else
            {
                _waiting.Clear();
            }

            return some;
        }
    }

    private sealed class Holder(ContentErases owner) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                owner.Release();
            }
        }
    }
}
