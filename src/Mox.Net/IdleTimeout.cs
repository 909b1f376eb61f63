namespace Mox.Net;

/// <summary>
/// The deadline of whatever a connection waits for, in one timer and one token for the connection's whole life.
/// </summary>
/// <remarks>
/// <see cref="Start"/> before each wait, <see cref="Stop"/> after it; both allocate nothing. The token also fires when one
/// of the outer tokens (connection closed, shutdown) does; <see cref="HasExpired"/> tells the two apart.
/// </remarks>
public sealed class IdleTimeout : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CancellationToken[] _outer;
    private readonly ITimer _timer;
    private CancellationTokenSource _source;
    private long _startedAt;
    private TimeSpan _timeout = Timeout.InfiniteTimeSpan;
    private bool _expired;

    /// <summary>Makes a stopped timeout on the given clock, whose token also follows <paramref name="outer"/>.</summary>
    public IdleTimeout(TimeProvider time, params CancellationToken[] outer)
    {
        _time = time;
        _outer = outer;
        _source = NewSource();
        // The timer outlives its maker's call: it must not hold that one's context.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static state => ((IdleTimeout)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>True when the time since the last <see cref="Start"/> ran out, which is why the token fired.</summary>
    public bool HasExpired
    {
        get
        {
            lock (_gate)
            {
                return _expired;
            }
        }
    }

    /// <summary>The token that fires at the deadline, or with an outer token.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Sets the deadline to <paramref name="timeout"/> from now and gives the token to wait with.</summary>
    public CancellationToken Start(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_expired)
            {
                // After an expiry the goodbye has a deadline of its own.
                _expired = false;
                _source.Dispose();
                _source = NewSource();
            }

            _startedAt = _time.GetTimestamp();
            _timeout = timeout;
            _timer.Change(timeout, Timeout.InfiniteTimeSpan);
            return _source.Token;
        }
    }

    /// <summary>Takes the deadline away until the next <see cref="Start"/>.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _timeout = Timeout.InfiniteTimeSpan;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends the wait that is going on, and all that follow: their token has fired. May be called by any thread.</summary>
    public void Cancel()
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            source = _source;
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    /// <summary>Stops the timer and frees the token.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _timeout = Timeout.InfiniteTimeSpan;
            _timer.Dispose();
            _source.Dispose();
        }
    }

    private CancellationTokenSource NewSource() =>
        _outer.Length == 0 ? new CancellationTokenSource() : CancellationTokenSource.CreateLinkedTokenSource(_outer);

    private void Expire()
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            if (_timeout == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            // A tick that was under way when Start moved the deadline, or one that came a little early.
            var left = _timeout - _time.GetElapsedTime(_startedAt);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }

            _expired = true;
            source = _source;
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended between the tick and here.
        }
    }
}
