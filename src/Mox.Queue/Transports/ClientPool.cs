using Mox.Smtp.Client;

namespace Mox.Queue;

/// <summary>Connections to one server that wait a little for the next message.</summary>
internal sealed class ClientPool(TimeProvider time) : IAsyncDisposable
{
    private const int MaxIdle = 20;

    // Below the shortest patience of servers seen.
    private static readonly TimeSpan MaxIdleTime = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly List<(SmtpClient Client, long Since)> _idle = [];
    private readonly HashSet<Task> _closing = [];
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>The connection that was used last; null when none waits.</summary>
    public SmtpClient? Take()
    {
        lock (_gate)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            SmtpClient client = _idle[^1].Client;
            _idle.RemoveAt(_idle.Count - 1);
            return client;
        }
    }

    /// <summary>Takes a connection back: for the next message if it can take one, else it is closed.</summary>
    public void Return(SmtpClient client)
    {
        lock (_gate)
        {
            if (client.CanSend && _idle.Count < MaxIdle && !_isDisposed)
            {
                _idle.Add((client, time.GetTimestamp()));
                _timer ??= time.CreateTimer(_ => CloseOld(), null, MaxIdleTime, MaxIdleTime);
                return;
            }
        }

        Close(client);
    }

    /// <summary>Closes all that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        List<SmtpClient> idle;
        Task[] closing;
        lock (_gate)
        {
            _isDisposed = true;
            idle = [.. _idle.Select(i => i.Client)];
            _idle.Clear();
            _timer?.Dispose();
        }

        idle.ForEach(Close);
        lock (_gate)
        {
            closing = [.. _closing];
        }

        await Task.WhenAll(closing);
    }

    private void CloseOld()
    {
        List<SmtpClient> old;
        lock (_gate)
        {
            old = [.. _idle.Where(i => time.GetElapsedTime(i.Since) >= MaxIdleTime).Select(i => i.Client)];
            _idle.RemoveAll(i => old.Contains(i.Client));
            if (_idle.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        old.ForEach(Close);
    }

    // The answer to QUIT is waited for, but nobody waits for it.
    private void Close(SmtpClient client)
    {
        Task closing = QuitAsync(client);
        lock (_gate)
        {
            _closing.Add(closing);
            _closing.RemoveWhere(task => task.IsCompleted);
        }
    }

    private static async Task QuitAsync(SmtpClient client)
    {
        await using (client)
        {
            await client.QuitAsync(CancellationToken.None);
        }
    }
}
