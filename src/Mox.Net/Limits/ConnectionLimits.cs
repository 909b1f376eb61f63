using System.Net;
using System.Runtime.InteropServices;

namespace Mox.Net.Limits;

/// <summary>Bounds a network's connections: new ones a minute and open at once; the networks around an address have three and nine times as many. One for each service.</summary>
/// <remarks>Thread-safe. Memory is bounded by the open connections and by <see cref="RateLimiter.MaxNetworks"/>.</remarks>
public sealed class ConnectionLimits(TimeProvider time, bool isEnabled = true, int newPerMinute = 300, int open = 30)
{
    private readonly Lock _gate = new();
    private readonly RateLimiter _rate = new(time, new RateWindow(TimeSpan.FromMinutes(1), newPerMinute, 3L * newPerMinute, 9L * newPerMinute));
    private readonly Dictionary<NetworkKey, int> _open = [];

    /// <summary>Takes a place for a connection; dispose it when the connection ends. Null: refuse it, and why.</summary>
    public IDisposable? TryEnter(IPAddress address, out ConnectionRefusal refusal)
    {
        refusal = ConnectionRefusal.None;
        if (!isEnabled)
        {
            return Unlimited.Instance;
        }

        if (!_rate.TryAdd(address))
        {
            refusal = ConnectionRefusal.TooManyNew;
            return null;
        }

        Span<NetworkKey> networks = stackalloc NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(address, networks);
        lock (_gate)
        {
            for (var mask = 0; mask < networks.Length; mask++)
            {
                if (_open.GetValueOrDefault(networks[mask]) >= MaxOpen(mask))
                {
                    refusal = ConnectionRefusal.TooManyOpen;
                    return null;
                }
            }

            foreach (var network in networks)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_open, network, out _)++;
            }
        }

        return new Place(this, address);
    }

    private long MaxOpen(int mask) => mask switch { 0 => open, 1 => 3L * open, _ => 9L * open };

    private void Leave(IPAddress address)
    {
        Span<NetworkKey> networks = stackalloc NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(address, networks);
        lock (_gate)
        {
            foreach (var network in networks)
            {
                if (--CollectionsMarshal.GetValueRefOrAddDefault(_open, network, out _) <= 0)
                {
                    _open.Remove(network);
                }
            }
        }
    }

    private sealed class Place(ConnectionLimits limits, IPAddress address) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                limits.Leave(address);
            }
        }
    }

    private sealed class Unlimited : IDisposable
    {
        public static readonly Unlimited Instance = new();

        public void Dispose()
        {
        }
    }
}
