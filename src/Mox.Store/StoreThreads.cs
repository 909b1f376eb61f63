using System.Collections.Concurrent;

namespace Mox.Store;

/// <summary>Some threads of our own for calls that block (SQLite, fsync), so that they cannot starve the pool.</summary>
internal sealed class StoreThreads : IDisposable
{
    // Work of ours runs flat: no recursion, no big stack buffers.
    private const int StackBytes = 512 * 1024;

    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Thread> _threads = [];
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly int _count;
    private int _idle;

    public StoreThreads(string name, int count)
    {
        _name = name;
        _count = count;
    }

    /// <summary>Queues work, which must not throw; false when the store is closing and it will not be done.</summary>
    public bool TryPost(Action work)
    {
        try
        {
            _work.Add(work);
            if (_threads.Count < _count && Volatile.Read(ref _idle) < _work.Count)
            {
                StartOne();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            // Complete, or disposed of.
            return false;
        }
    }

    /// <summary>Runs blocking work; the continuation does not run on the thread that did it.</summary>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool posted = TryPost(() =>
        {
            try
            {
                completion.SetResult(work());
            }
#pragma warning disable CA1031 // Whatever it is goes to the awaiting caller.
            catch (Exception e)
#pragma warning restore CA1031
            {
                completion.SetException(e);
            }
        });
        if (!posted)
        {
            completion.SetException(new ObjectDisposedException(_name));
        }

        return completion.Task;
    }

    /// <summary>Ends the threads when the queued work is done.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _work.Dispose();
    }

    private void StartOne()
    {
        lock (_gate)
        {
            if (_threads.Count == _count || _work.IsAddingCompleted)
            {
                return;
            }

            var thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = $"{_name} {_threads.Count}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    private void Loop()
    {
        while (true)
        {
            Interlocked.Increment(ref _idle);
            bool more = _work.TryTake(out Action? work, Timeout.Infinite);
            Interlocked.Decrement(ref _idle);
            if (!more)
            {
                return;
            }

            work!();
        }
    }
}
