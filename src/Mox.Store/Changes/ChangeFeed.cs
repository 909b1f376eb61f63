using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Mox.Store;

/// <summary>The changes of an account for one listener, in commit order, bounded.</summary>
/// <remarks>
/// One reader. When more changes wait than the capacity allows, the feed drops all and is <see cref="Overflowed"/>: the listener
/// compares its state with the account's snapshots, which are always whole, and calls <see cref="Restart"/>.
/// </remarks>
public sealed class ChangeFeed : IDisposable
{
    private readonly Channel<Change> _channel;
    private readonly Action<ChangeFeed> _unsubscribe;
    private volatile bool _overflowed;

    internal ChangeFeed(int capacity, Action<ChangeFeed> unsubscribe)
    {
        _channel = Channel.CreateBounded<Change>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            AllowSynchronousContinuations = false,
        });
        _unsubscribe = unsubscribe;
    }

    /// <summary>Whether changes were dropped since the start or the last <see cref="Restart"/>.</summary>
    public bool Overflowed => _overflowed;

    /// <summary>Takes the next change if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out Change? change) => _channel.Reader.TryRead(out change);

    /// <summary>Waits until there is a change to read, or the feed overflowed; false when the account is closed for good.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Drops what waits and hears changes again.</summary>
    public void Restart()
    {
        while (_channel.Reader.TryRead(out _))
        {
        }

        _overflowed = false;
    }

    /// <summary>Ends the subscription.</summary>
    public void Dispose()
    {
        _unsubscribe(this);
        _channel.Writer.TryComplete();
    }

    internal void Publish(Change change)
    {
        // What waits stays until the reader restarts, so that its WaitAsync returns and it sees the overflow.
        if (!_overflowed && !_channel.Writer.TryWrite(change))
        {
            _overflowed = true;
        }
    }

    internal void Complete() => _channel.Writer.TryComplete();
}
