using System.Net;
using Mox.Net.Limits;

namespace Mox.Delivery;

/// <summary>Bounds what one network may deliver to one account, in messages and bytes, a minute and a day.</summary>
/// <remarks>
/// Thread-safe, in memory: a restart begins anew. Only accounts that exist are counted, and at most <see cref="MaxAccounts"/>; past that the
/// one that was quiet for longest is forgotten.
/// </remarks>
internal sealed class DeliveryRateLimiter(DeliveryOptions options, TimeProvider time)
{
    /// <summary>How many accounts are counted at once.</summary>
    public const int MaxAccounts = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Counts> _accounts = [];

    /// <summary>Counts a message; false, and nothing is counted, when that is too much.</summary>
    public bool TryAdd(string account, IPAddress remote, long sizeBytes)
    {
        if (!options.Limits)
        {
            return true;
        }
        var counts = Find(account);
        if (!counts.Bytes.HasRoom(remote, sizeBytes) || !counts.Messages.TryAdd(remote))
        {
            return false;
        }
        return counts.Bytes.TryAdd(remote, sizeBytes);
    }

    private Counts Find(string account)
    {
        lock (_gate)
        {
            if (!_accounts.TryGetValue(account, out var counts))
            {
                if (_accounts.Count >= MaxAccounts)
                {
                    _accounts.Remove(_accounts.MinBy(a => a.Value.LastUsed).Key);
                }
                _accounts.Add(account, counts = new Counts(options, time));
            }
            counts.LastUsed = time.GetTimestamp();
            return counts;
        }
    }

    private sealed class Counts(DeliveryOptions options, TimeProvider time)
    {
        private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
        private static readonly TimeSpan Day = TimeSpan.FromDays(1);

        public RateLimiter Messages { get; } = new(time, Window(Minute, options.MessagesPerMinute), Window(Day, options.MessagesPerDay));

        public RateLimiter Bytes { get; } = new(time, Window(Minute, options.BytesPerMinute), Window(Day, options.BytesPerDay));

        public long LastUsed { get; set; }

        private static RateWindow Window(TimeSpan length, long limit) => new(length, limit, limit * 3, limit * 9);
    }
}
