namespace Mox.Store;

/// <summary>What a client that knows one snapshot must be told so that it knows a later one of the same mailbox.</summary>
/// <remarks>Costs time for what differs and for the number of chunks, not for the number of messages.</remarks>
public sealed class SnapshotDiff
{
    private SnapshotDiff(List<int> removed, List<int> changed, int added, int newCount)
    {
        Removed = removed;
        Changed = changed;
        AddedCount = added;
        FirstAdded = newCount - added;
    }

    /// <summary>Indexes in the old snapshot of messages that are gone, ascending.</summary>
    public IReadOnlyList<int> Removed { get; }

    /// <summary>Indexes in the new snapshot of messages that both have, whose flags, keywords or modification sequence differ; ascending.</summary>
    public IReadOnlyList<int> Changed { get; }

    /// <summary>Index in the new snapshot of the first message that the old one has not; they are the last ones.</summary>
    public int FirstAdded { get; }

    /// <summary>How many were added.</summary>
    public int AddedCount { get; }

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty => Removed.Count == 0 && Changed.Count == 0 && AddedCount == 0;

    /// <summary>Compares two snapshots of one mailbox, the older first.</summary>
    public static SnapshotDiff Between(MailboxSnapshot old, MailboxSnapshot @new)
    {
        var removed = new List<int>();
        var changed = new List<int>();
        var a = new Cursor(old);
        var b = new Cursor(@new);
        int added = 0;
        while (!a.AtEnd || !b.AtEnd)
        {
            if (a.TrySkipShared(ref b))
            {
                continue;
            }

            if (b.AtEnd || (!a.AtEnd && a.Uid < b.Uid))
            {
                removed.Add(a.Index);
                a.Next();
            }
            else if (a.AtEnd || b.Uid < a.Uid)
            {
                added++;
                b.Next();
            }
            else
            {
                if (a.ModSeq != b.ModSeq)
                {
                    changed.Add(b.Index);
                }

                a.Next();
                b.Next();
            }
        }

        return new SnapshotDiff(removed, changed, added, @new.Count);
    }

    private struct Cursor(MailboxSnapshot snapshot)
    {
        private int _chunk;
        private int _at;

        public readonly bool AtEnd => _chunk >= snapshot.Chunks.Length;

        public readonly int Index => snapshot.Starts[_chunk] + _at;

        public readonly uint Uid => snapshot.Chunks[_chunk].UidAt(_at);

        public readonly long ModSeq => snapshot.Chunks[_chunk].ModSeqs(_at + 1)[_at];

        public void Next()
        {
            if (++_at == snapshot.Counts[_chunk])
            {
                _at = 0;
                _chunk++;
            }
        }

        // Two snapshots that share a chunk see the same entries, as far as both see it.
        public bool TrySkipShared(ref Cursor other)
        {
            if (AtEnd || other.AtEnd || _at != other._at || !ReferenceEquals(snapshot.Chunks[_chunk], other.Current))
            {
                return false;
            }

            int both = Math.Min(snapshot.Counts[_chunk], other.CurrentCount);
            SkipTo(both);
            other.SkipTo(both);
            return true;
        }

        private readonly SnapshotChunk Current => snapshot.Chunks[_chunk];

        private readonly int CurrentCount => snapshot.Counts[_chunk];

        private void SkipTo(int at)
        {
            _at = at;
            if (_at == snapshot.Counts[_chunk])
            {
                _at = 0;
                _chunk++;
            }
        }
    }
}
