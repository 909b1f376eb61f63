using System.Diagnostics.CodeAnalysis;

namespace Mox.Dns;

/// <summary>Answers, for as long as they may be kept; the least recently used go first when there are too many.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class DnsCache(TimeProvider time, int maxEntries, long maxBytes)
{
    // An answer with its key, node and lists, before its records.
    private const int EntryBytes = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DnsName Name, int Type), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>How many answers there are, and about how many bytes they take.</summary>
    public (int Entries, long Bytes) Size
    {
        get
        {
            lock (_gate)
            {
                return (_entries.Count, _bytes);
            }
        }
    }

    /// <summary>Finds an answer, with the time that is left to it.</summary>
    public bool TryGet<T>(DnsName name, DnsRecordType<T> type, [NotNullWhen(true)] out DnsAnswer<T>? answer)
    {
        lock (_gate)
        {
            answer = null;
            if (!_entries.TryGetValue((name, type.Code), out var node))
            {
                return false;
            }

            var kept = (DnsAnswer<T>)node.Value.Answer;
            var left = node.Value.Lifetime - time.GetElapsedTime(node.Value.Since);
            if (left <= TimeSpan.Zero)
            {
                Remove(node);
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            answer = kept with { Ttl = kept.Ttl < left ? kept.Ttl : left };
            return true;
        }
    }

    /// <summary>Keeps an answer made of messages of so many bytes.</summary>
    public void Set<T>(DnsName name, DnsRecordType<T> type, DnsAnswer<T> answer, TimeSpan lifetime, long messageBytes)
    {
        // Records read take about four times the bytes they came in.
        var bytes = EntryBytes + (4 * messageBytes);
        if (lifetime <= TimeSpan.Zero || maxEntries == 0 || bytes > maxBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (_entries.TryGetValue((name, type.Code), out var before))
            {
                Remove(before);
            }

            _entries[(name, type.Code)] = _byUse.AddFirst(new Entry((name, type.Code), answer, lifetime, time.GetTimestamp(), bytes));
            _bytes += bytes;
            while (_entries.Count > maxEntries || _bytes > maxBytes)
            {
                Remove(_byUse.Last!);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry((DnsName Name, int Type) Key, DnsAnswer Answer, TimeSpan Lifetime, long Since, long Bytes);
}
