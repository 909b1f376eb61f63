using System.Diagnostics;

namespace Mox.Testing;

/// <summary>A clock that a test moves. Timers fire in the order of their due times, inside <see cref="Advance"/>.</summary>
public sealed class ManualTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(Func<bool> IsMet, TaskCompletionSource Met)> _waits = [];
    private readonly DateTimeOffset _start = start ?? new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait for their time.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(t => t.Due is not null);
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _start + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing what becomes due on the way, also timers that are set by those.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_gate)
        {
            end = _elapsed + by;
        }

        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
                if (next is null)
                {
                    _elapsed = end;
                    break;
                }

                _elapsed = next.Due > _elapsed ? next.Due.Value : _elapsed;
                next.Due = next.Period > TimeSpan.Zero ? _elapsed + next.Period : null;
            }

            next.Fire();
        }
    }

    /// <summary>
    /// Waits until at least this many timers are set, so that a test cannot move the clock before the code under test
    /// began to wait.
    /// </summary>
    public Task WaitForTimersAsync(int count = 1) =>
        WaitAsync(() => _timers.Count(t => t.Due is not null) >= count, $"{count} timers");

    /// <summary>Waits until a timer is set that is due in exactly this time from now.</summary>
    public Task WaitForTimerAsync(TimeSpan dueIn) =>
        WaitAsync(() => _timers.Any(t => t.Due == _elapsed + dueIn), $"a timer due in {dueIn}");

    private async Task WaitAsync(Func<bool> isMet, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (isMet())
            {
                return;
            }

            _waits.Add((isMet, met));
        }

        try
        {
            await met.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The code under test did not set {what} within {Patience.TotalSeconds} s of real time.");
        }
    }

    private void CheckWaits()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        foreach (var wait in _waits.Where(w => w.IsMet()).ToList())
        {
            _waits.Remove(wait);
            wait.Met.SetResult();
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var fireNow = false;
            lock (clock._gate)
            {
                if (!clock._timers.Contains(this))
                {
                    return false;
                }

                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                fireNow = dueTime == TimeSpan.Zero;
                Due = dueTime == Timeout.InfiniteTimeSpan || (fireNow && Period == TimeSpan.Zero) ? null
                    : clock._elapsed + (fireNow ? Period : dueTime);
                clock.CheckWaits();
            }

            if (fireNow)
            {
                ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                Due = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
