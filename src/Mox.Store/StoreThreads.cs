namespace Mox.Store;

/// <summary>Some threads of our own for calls that block (SQLite, fsync), so that they cannot starve the pool.</summary>
/// <remarks>
/// Work is handed to the thread that fell idle last, whose caches are warm; the others sleep on. Nothing spins: on the two cores of a small
/// server the spinning of a semaphore costs more than the work.
/// </remarks>
internal sealed class StoreThreads(string name, int count) : IDisposable
{
    // Work of ours runs flat: no recursion, no big stack buffers.
    private const int StackBytes = 512 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Action> _work = new();
    private readonly Stack<Worker> _idle = new();
    private readonly List<Worker> _workers = [];
    private bool _ending;

    /// <summary>Queues work, which must not throw; false when the store is closing and it will not be done.</summary>
    public bool TryPost(Action work)
    {
        Worker? idle;
        lock (_gate)
        {
            if (_ending)
            {
                return false;
            }

            if (!_idle.TryPop(out idle))
            {
                if (_workers.Count < count)
                {
                    var worker = new Worker(this, work, $"{name} {_workers.Count}");
                    _workers.Add(worker);
                }
                else
                {
                    _work.Enqueue(work);
                }

                return true;
            }
        }

        idle.Hand(work);
        return true;
    }

    /// <summary>Runs blocking work; the continuation does not run on the thread that did it.</summary>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public Task<T> RunAsync<T>(Func<T> work) => RunAsync(work, TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs blocking work; the continuation does run on the thread that did it, which saves a change of threads: it must be short.</summary>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public Task<T> RunThroughAsync<T>(Func<T> work) => RunAsync(work, TaskCreationOptions.None);

    /// <summary>Ends the threads when the queued work is done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ending = true;
            while (_idle.TryPop(out Worker? idle))
            {
                idle.Hand(null);
            }
        }

        // No thread is started any more.
        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }

    private Task<T> RunAsync<T>(Func<T> work, TaskCreationOptions continuation)
    {
        var completion = new TaskCompletionSource<T>(continuation);
        bool posted = TryPost(() =>
        {
            T result;
            try
            {
                result = work();
            }
#pragma warning disable CA1031 // Whatever it is goes to the awaiting caller.
            catch (Exception e)
#pragma warning restore CA1031
            {
                completion.SetException(e);
                return;
            }

            completion.SetResult(result);
        });
        if (!posted)
        {
            completion.SetException(new ObjectDisposedException(name));
        }

        return completion.Task;
    }

    // The next work of a thread that has done its own: null to end, and false when it is to sleep until it is handed some.
    private bool TryNext(Worker worker, out Action? work)
    {
        lock (_gate)
        {
            if (_work.TryDequeue(out work) || _ending)
            {
                return true;
            }

            _idle.Push(worker);
            return false;
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly StoreThreads _owner;
        private readonly ThreadSignal _wake = new();
        private readonly Thread _thread;
        private Action? _handed;

        public Worker(StoreThreads owner, Action first, string name)
        {
            _owner = owner;
            _thread = new Thread(() => Loop(first), StackBytes) { IsBackground = true, Name = name };
            _thread.Start();
        }

        /// <summary>Wakes the thread, which was taken from the idle ones; null ends it.</summary>
        public void Hand(Action? work)
        {
            _handed = work;
            _wake.Set();
        }

        /// <summary>Waits for its end.</summary>
        public void Dispose()
        {
            _thread.Join();
            _wake.Dispose();
        }

        private void Loop(Action? work)
        {
            while (work is not null)
            {
                work();
                if (!_owner.TryNext(this, out work))
                {
                    _wake.Wait();
                    work = _handed;
                    _handed = null;
                }
            }
        }
    }
}
