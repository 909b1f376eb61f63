namespace Mox.Delivery;

/// <summary>
/// Remembers who already has a message that failed for others: the sender must be told of the failure, sends it to all again, and those
/// who have it must not get it at every attempt.
/// </summary>
/// <remarks>Thread-safe and bounded. A restart forgets all, and then there is a duplicate, never a loss.</remarks>
internal sealed class RecentDeliveries(TimeProvider time)
{
    /// <summary>How many deliveries are remembered.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>How long; senders give up after five days (RFC 5321 section 4.5.4.1).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, DateTimeOffset> _until = [];
    private readonly Queue<(Key Key, DateTimeOffset Until)> _order = new();

    /// <summary>A message for a mailbox.</summary>
    /// <param name="ContentHash">SHA-256 of the content, in hexadecimal.</param>
    /// <param name="MailFrom">The reverse-path.</param>
    /// <param name="Account">Whose mailbox.</param>
    /// <param name="Address">Delivered for this address.</param>
    public readonly record struct Key(string ContentHash, string MailFrom, string Account, string Address);

    /// <summary>Remembers a delivery of a message that failed for another recipient.</summary>
    public void Add(Key key)
    {
        lock (_gate)
        {
            var until = time.GetUtcNow() + Lifetime;
            _until[key] = until;
            _order.Enqueue((key, until));
            while (_order.Count > MaxEntries)
            {
                // A later entry of the same key keeps it.
                var (oldest, oldestUntil) = _order.Dequeue();
                if (_until.TryGetValue(oldest, out var current) && current == oldestUntil)
                {
                    _until.Remove(oldest);
                }
            }
        }
    }

    /// <summary>Forgets a delivery: all have the message, and the same content would be a new one.</summary>
    public void Remove(Key key)
    {
        lock (_gate)
        {
            // Its place in the order stays, and goes by age.
            _until.Remove(key);
        }
    }

    /// <summary>Whether the message has been delivered so.</summary>
    public bool Contains(Key key)
    {
        lock (_gate)
        {
            return _until.TryGetValue(key, out var until) && until > time.GetUtcNow();
        }
    }
}
