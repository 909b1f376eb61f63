using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Mox.Store;

/// <summary>The changes of an account for one listener, in commit order, bounded.</summary>
/// <remarks>
/// One reader, which gets the changes of a commit together. When more changes wait than the capacity allows, the feed drops the newer ones and is
/// <see cref="Overflowed"/>: the listener compares its state with the account's snapshots, which are always whole, and calls <see cref="Restart"/>.
/// </remarks>
public sealed class ChangeFeed : IDisposable
{
    private readonly int _capacity;
    private readonly Channel<Change[]> _channel;
    private readonly Action<ChangeFeed> _unsubscribe;
    private readonly Func<Change, int> _weight;
    private Change[] _commit = [];
    private int _next;
    private int _waiting;
    private volatile bool _overflowed;

    internal ChangeFeed(int capacity, Action<ChangeFeed> unsubscribe, Func<Change, int>? weight = null)
    {
        _capacity = capacity;
        _weight = weight ?? (static _ => 1);
        _channel = Channel.CreateBounded<Change[]>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            AllowSynchronousContinuations = false,
        });
        _unsubscribe = unsubscribe;
    }

    /// <summary>Whether changes were dropped since the start or the last <see cref="Restart"/>.</summary>
    public bool Overflowed => _overflowed;

    /// <summary>Takes the next change if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out Change? change)
    {
        while (true)
        {
            while (_next < _commit.Length)
            {
                change = _commit[_next++];
                int weight = _weight(change);
                if (weight > 0)
                {
                    Interlocked.Add(ref _waiting, -weight);
                    return true;
                }
            }

            (_commit, _next) = ([], 0);
            if (!_channel.Reader.TryRead(out Change[]? commit))
            {
                change = null;
                return false;
            }

            _commit = commit;
        }
    }

    /// <summary>Waits until there is a change to read, or the feed overflowed; false when the account is closed for good.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _next < _commit.Length ? new(true) : _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Drops what waits and hears changes again.</summary>
    public void Restart()
    {
        while (TryRead(out _))
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

    /// <summary>Takes the changes of a commit; the array is shared by all feeds and never written to.</summary>
    internal void Publish(Change[] changes)
    {
        int heard = changes.Sum(_weight);
        if (heard == 0 || _overflowed)
        {
            return;
        }

        // What waits stays until the reader restarts, so that its WaitAsync returns and it sees the overflow.
        if (Volatile.Read(ref _waiting) + heard > _capacity)
        {
            _overflowed = true;
            _channel.Writer.TryWrite([]);
            return;
        }

        Interlocked.Add(ref _waiting, heard);
        _channel.Writer.TryWrite(changes);
    }

    internal void Complete() => _channel.Writer.TryComplete();
}
