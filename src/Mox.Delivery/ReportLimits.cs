using System.Net;
using Mox.Addresses;
using Mox.Net.Limits;

namespace Mox.Delivery;

/// <summary>
/// Bounds the reports that mail from one network causes, and those that one sender gets, in an hour: who is named as the sender of forged mail
/// must not be flooded by us (abuse by reflection).
/// </summary>
/// <remarks>Thread-safe and bounded; a restart begins anew.</remarks>
internal sealed class ReportLimits(TimeProvider time)
{
    /// <summary>Reports an hour for mail of one address (IPv6: /64); networks around it have three and nine times as many.</summary>
    public const int PerNetwork = 200;

    /// <summary>Reports an hour to one sender.</summary>
    public const int PerSender = 60;

    /// <summary>How many senders are counted; when there are more, the count begins anew for all.</summary>
    public const int MaxSenders = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly RateLimiter _networks = new(time, new RateWindow(Window, PerNetwork, PerNetwork * 3, PerNetwork * 9));
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _senders = [];
    private DateTimeOffset _until;

    /// <summary>Counts a report; false when that is too many.</summary>
    public bool TryAdd(IPAddress remote, Address sender)
    {
        string key = sender.ToAsciiString().ToLowerInvariant();
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now >= _until || _senders.Count >= MaxSenders)
            {
                _senders.Clear();
                _until = now + Window;
            }
            int count = _senders.GetValueOrDefault(key);
            if (count >= PerSender || !_networks.TryAdd(remote))
            {
                return false;
            }
            _senders[key] = count + 1;
            return true;
        }
    }
}
