namespace Mox.Store;

/// <summary>Makes the next snapshot of a mailbox from the newest one; used by the account's writer only, once for each commit.</summary>
/// <remarks>
/// Messages are appended in the room that the last chunk has, where no older snapshot looks. Nobody but the writer may do that: all others edit
/// copies.
/// </remarks>
internal sealed class SnapshotEditor
{
    private const int SmallChunk = SnapshotChunk.MaxEntries / 4;

    private readonly MailboxSnapshot _from;
    private readonly int _firstCapacity;
    private readonly bool _copies;
    private readonly List<SnapshotChunk> _chunks;
    private readonly List<int> _counts;
    private readonly HashSet<SnapshotChunk> _own = [];

    /// <param name="from">The newest snapshot.</param>
    /// <param name="expectMany">Whether so many messages are to come that chunks are made at full size.</param>
    /// <param name="copies">Whether no chunk of it may be written to: for all but the writer.</param>
    public SnapshotEditor(MailboxSnapshot from, bool expectMany = false, bool copies = false)
    {
        _copies = copies;
        _from = from;
        _firstCapacity = expectMany ? SnapshotChunk.MaxEntries : SnapshotChunk.FirstCapacity;
        _chunks = [.. from.Chunks];
        _counts = [.. from.Counts];
    }

    public static MailboxSnapshot Empty(MailboxId id) => new(id, [], [], new Uid(1), new ModSeq(0), KeywordSet.Empty);

    /// <summary>Appends a message whose UID is above all others.</summary>
    public void Add(in MessageEntry entry)
    {
        int last = _chunks.Count - 1;
        if (last < 0 || _counts[last] == SnapshotChunk.MaxEntries)
        {
            var chunk = new SnapshotChunk(_firstCapacity);
            _own.Add(chunk);
            _chunks.Add(chunk);
            _counts.Add(0);
            last++;
        }
        else if (_chunks[last].Used != _counts[last] || _counts[last] == _chunks[last].Capacity || (_copies && !_own.Contains(_chunks[last])))
        {
            Replace(last, _chunks[last].Copy(_counts[last], Math.Min(SnapshotChunk.MaxEntries, _chunks[last].Capacity * 2)));
        }

        _chunks[last].Append(entry);
        _counts[last]++;
    }

    /// <summary>Changes the state of a message that is there.</summary>
    public void SetState(Uid uid, MessageFlags flags, KeywordSet keywords, ModSeq modSeq)
    {
        int c = Find(uid);
        int at = c < 0 ? -1 : _chunks[c].IndexOf(uid.Value, _counts[c]);
        if (at < 0)
        {
            throw new InvalidOperationException($"Snapshot of mailbox {_from.MailboxId} has no UID {uid}.");
        }

        if (!_own.Contains(_chunks[c]))
        {
            Replace(c, _chunks[c].Copy(_counts[c], _chunks[c].Capacity));
        }

        _chunks[c].Write(at, flags, keywords, modSeq);
    }

    /// <summary>Removes messages; UIDs ascending, and those that are not there are passed over.</summary>
    public void Remove(IReadOnlyList<Uid> uids)
    {
        int next = 0;
        while (next < uids.Count)
        {
            int c = Find(uids[next]);
            if (c < 0)
            {
                next++;
                continue;
            }

            uint end = c + 1 < _chunks.Count ? _chunks[c + 1].FirstUid : uint.MaxValue;
            int stop = next;
            while (stop < uids.Count && uids[stop].Value < end)
            {
                stop++;
            }

            if (stop == next)
            {
                stop++;
            }

            RemoveFrom(c, uids, next, stop);
            next = stop;
        }

        MergeSmall();
    }

    public MailboxSnapshot Build(Uid uidNext, ModSeq highestModSeq, KeywordSet keywords) =>
        new(_from.MailboxId, [.. _chunks], [.. _counts], uidNext, highestModSeq, keywords);

    private int Find(Uid uid)
    {
        int low = 0;
        int high = _chunks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_chunks[middle].FirstUid <= uid.Value)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high < 0 ? -1 : low;
    }

    private void RemoveFrom(int c, IReadOnlyList<Uid> uids, int start, int stop)
    {
        SnapshotChunk old = _chunks[c];
        var kept = new SnapshotChunk(old.Capacity);
        int from = 0;
        for (int u = start; u < stop; u++)
        {
            int at = old.IndexOf(uids[u].Value, _counts[c]);
            if (at >= 0)
            {
                kept.CopyFrom(old, from, at - from);
                from = at + 1;
            }
        }

        kept.CopyFrom(old, from, _counts[c] - from);
        if (kept.Used == _counts[c])
        {
            return;
        }

        if (kept.Used == 0)
        {
            _chunks.RemoveAt(c);
            _counts.RemoveAt(c);
            return;
        }

        Replace(c, kept);
        _counts[c] = kept.Used;
    }

    // Removals leave small chunks; two neighbours of which one is small become one.
    private void MergeSmall()
    {
        for (int c = _chunks.Count - 2; c >= 0; c--)
        {
            int together = _counts[c] + _counts[c + 1];
            if (Math.Min(_counts[c], _counts[c + 1]) < SmallChunk && together <= SnapshotChunk.MaxEntries)
            {
                SnapshotChunk merged = _chunks[c].Copy(_counts[c], SnapshotChunk.MaxEntries);
                merged.CopyFrom(_chunks[c + 1], 0, _counts[c + 1]);
                Replace(c, merged);
                _counts[c] = together;
                _chunks.RemoveAt(c + 1);
                _counts.RemoveAt(c + 1);
            }
        }
    }

    private void Replace(int c, SnapshotChunk chunk)
    {
        _own.Remove(_chunks[c]);
        _own.Add(chunk);
        _chunks[c] = chunk;
    }
}
