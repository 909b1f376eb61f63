using System.Net;
using System.Runtime.InteropServices;

namespace Mox.Net.Limits;

/// <summary>Counts what networks do, in one or more windows, and says when it is too much.</summary>
/// <remarks>
/// Thread-safe. Memory is bounded by <see cref="MaxNetworks"/> a window: when that many networks have been seen, new ones
/// are let through uncounted until the window ends, rather than let strangers lock others out.
/// </remarks>
public sealed class RateLimiter(TimeProvider time, params IReadOnlyList<RateWindow> windows)
{
    /// <summary>How many networks are counted in one window; about 5 MB when full.</summary>
    public const int MaxNetworks = 100_000;

    private readonly Lock _gate = new();
    private readonly Counts[] _counts = [.. windows.Select(w => new Counts(w))];

    /// <summary>Counts <paramref name="amount"/> for the address, unless that is over a limit: then false, and nothing is counted.</summary>
    public bool TryAdd(IPAddress address, long amount = 1)
    {
        Span<NetworkKey> networks = stackalloc NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(address, networks);
        lock (_gate)
        {
            if (!AllHaveRoom(networks, amount))
            {
                return false;
            }

            foreach (var counts in _counts)
            {
                counts.Add(networks, amount);
            }

            return true;
        }
    }

    /// <summary>True when <paramref name="amount"/> more would be taken now.</summary>
    public bool HasRoom(IPAddress address, long amount = 1)
    {
        Span<NetworkKey> networks = stackalloc NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(address, networks);
        lock (_gate)
        {
            return AllHaveRoom(networks, amount);
        }
    }

    private bool AllHaveRoom(ReadOnlySpan<NetworkKey> networks, long amount)
    {
        var now = time.GetUtcNow().UtcTicks;
        foreach (var counts in _counts)
        {
            if (!counts.HasRoom(networks, amount, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes back what was counted, as far as it is still counted.</summary>
    public void Remove(IPAddress address, long amount = 1)
    {
        Span<NetworkKey> networks = stackalloc NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(address, networks);
        lock (_gate)
        {
            foreach (var counts in _counts)
            {
                counts.Remove(networks, amount);
            }
        }
    }

    /// <summary>Forgets all of the address's narrowest network; the wider ones lose as much.</summary>
    public void Reset(IPAddress address)
    {
        Span<NetworkKey> networks = stackalloc NetworkKey[NetworkMasks.Count];
        NetworkMasks.Of(address, networks);
        lock (_gate)
        {
            foreach (var counts in _counts)
            {
                counts.Remove(networks, counts.Of(networks[0]));
            }
        }
    }

    private sealed class Counts(RateWindow window)
    {
        private readonly Dictionary<NetworkKey, long> _byNetwork = [];
        private long _number = -1;

        public long Of(NetworkKey network) => _byNetwork.GetValueOrDefault(network);

        public bool HasRoom(ReadOnlySpan<NetworkKey> networks, long amount, long now)
        {
            if (now / window.Length.Ticks != _number)
            {
                _number = now / window.Length.Ticks;
                // What a flood made big is given back.
                _byNetwork.Clear();
                _byNetwork.TrimExcess();
            }

            for (var mask = 0; mask < networks.Length; mask++)
            {
                if (Of(networks[mask]) > window.Limit(mask) - amount)
                {
                    return false;
                }
            }

            return true;
        }

        public void Add(ReadOnlySpan<NetworkKey> networks, long amount)
        {
            // Widest first: it is the one that must not be lost when the table is full.
            for (var mask = networks.Length - 1; mask >= 0; mask--)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_byNetwork, networks[mask]);
                if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
                {
                    count += amount;
                }
                else if (_byNetwork.Count < MaxNetworks)
                {
                    _byNetwork.Add(networks[mask], amount);
                }
            }
        }

        public void Remove(ReadOnlySpan<NetworkKey> networks, long amount)
        {
            foreach (var network in networks)
            {
                if (_byNetwork.TryGetValue(network, out var count))
                {
                    _byNetwork[network] = Math.Max(0, count - amount);
                }
            }
        }
    }
}
