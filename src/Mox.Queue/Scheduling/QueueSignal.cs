using System.Threading.Channels;

namespace Mox.Queue;

/// <summary>Tells the runner that something may be due, and from when on it should look.</summary>
internal sealed class QueueSignal
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _earliest = long.MaxValue;

    /// <summary>Something may be due at this time (Unix milliseconds) or later; 0 when nobody knows.</summary>
    public void Raise(long earliest)
    {
        long seen = Volatile.Read(ref _earliest);
        while (earliest < seen)
        {
            long before = Interlocked.CompareExchange(ref _earliest, earliest, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }

        Wake();
    }

    /// <summary>Wakes the runner, with nothing new to look for.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>The earliest time raised since the last call; <see cref="long.MaxValue"/> for none.</summary>
    public long Take() => Interlocked.Exchange(ref _earliest, long.MaxValue);

    /// <summary>Completes when it was raised or woken since the last wait.</summary>
    public async Task WaitAsync(CancellationToken ct) => await _wake.Reader.ReadAsync(ct);
}
