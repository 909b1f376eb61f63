using Mox.Store;

namespace Mox.Queue;

/// <summary>Removes the files of contents whose rows are gone, on threads that may block; not while somebody holds them.</summary>
internal sealed class ContentErases(QueueFiles files, StoreThreads threads)
{
    private readonly Lock _gate = new();
    private readonly List<long> _held = [];
    private int _holds;

    /// <summary>Removes files, or keeps them in mind while they are held.</summary>
    public void Add(IReadOnlyList<long> contents)
    {
        lock (_gate)
        {
            if (_holds > 0)
            {
                _held.AddRange(contents);
                return;
            }
        }

        Erase(contents);
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
        long[] contents = [];
        lock (_gate)
        {
            if (--_holds == 0)
            {
                contents = [.. _held];
                _held.Clear();
            }
        }

        Erase(contents);
    }

    // When the store is closing they are swept at the next start.
    private void Erase(IReadOnlyList<long> contents) => _ = threads.TryPost(() =>
    {
        foreach (long id in contents)
        {
            files.Delete(id);
        }
    });

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
