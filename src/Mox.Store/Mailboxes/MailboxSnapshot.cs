using System.Collections;

namespace Mox.Store;

/// <summary>All messages of a mailbox as of one commit: immutable, and shared by all who look at it.</summary>
/// <remarks>
/// A spine of chunks: a change copies the chunks it touches and the spine, an added message only the spine. So a new snapshot of a
/// mailbox with 100,000 messages costs microseconds, and <see cref="SnapshotDiff"/> skips the chunks that two snapshots share.
/// </remarks>
public sealed class MailboxSnapshot : IReadOnlyList<MessageEntry>
{
    internal MailboxSnapshot(MailboxId mailboxId, SnapshotChunk[] chunks, int[] counts, Uid uidNext, ModSeq highestModSeq, KeywordSet keywords)
    {
        MailboxId = mailboxId;
        Chunks = chunks;
        Counts = counts;
        UidNext = uidNext;
        HighestModSeq = highestModSeq;
        Keywords = keywords;
        Starts = new int[chunks.Length];
        int total = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            Starts[i] = total;
            total += counts[i];
        }

        Count = total;
    }

    /// <summary>The mailbox.</summary>
    public MailboxId MailboxId { get; }

    /// <summary>UIDNEXT.</summary>
    public Uid UidNext { get; }

    /// <summary>HIGHESTMODSEQ.</summary>
    public ModSeq HighestModSeq { get; }

    /// <summary>All keywords of the mailbox.</summary>
    public KeywordSet Keywords { get; }

    /// <summary>Number of messages; the one with IMAP sequence number n is at index n - 1.</summary>
    public int Count { get; }

    /// <summary>How many runs the messages are in.</summary>
    public int RunCount => Chunks.Length;

    internal SnapshotChunk[] Chunks { get; }

    internal int[] Counts { get; }

    internal int[] Starts { get; }

    /// <summary>The message at an index, in order of UID.</summary>
    public MessageEntry this[int index]
    {
        get
        {
            int chunk = ChunkOf(index);
            return Chunks[chunk][index - Starts[chunk]];
        }
    }

    /// <summary>The UID at an index.</summary>
    public Uid UidAt(int index)
    {
        int chunk = ChunkOf(index);
        return new Uid(Chunks[chunk].UidAt(index - Starts[chunk]));
    }

    /// <summary>The index of a UID; when it is not there, the complement (~) of the index of the next higher UID.</summary>
    public int IndexOf(Uid uid)
    {
        int low = 0;
        int high = Chunks.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Chunks[middle].FirstUid <= uid.Value)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        if (Chunks.Length == 0)
        {
            return ~0;
        }

        int at = Chunks[low].IndexOf(uid.Value, Counts[low]);
        return at >= 0 ? Starts[low] + at : ~(Starts[low] + ~at);
    }

    /// <summary>
    /// This snapshot with what a later one has beside it, but with all of its own messages, also those that are gone there. Its modification
    /// sequence stays this one's, so that a client that knows it is yet to be told what is gone.
    /// </summary>
    public MailboxSnapshot WithoutRemovals(MailboxSnapshot later)
    {
        ArgumentNullException.ThrowIfNull(later);
        SnapshotDiff diff = SnapshotDiff.Between(this, later);
        var editor = new SnapshotEditor(this, copies: true);
        foreach (int index in diff.Changed)
        {
            MessageEntry entry = later[index];
            editor.SetState(entry.Uid, entry.Flags, entry.Keywords, entry.ModSeq);
        }

        for (int index = diff.FirstAdded; index < later.Count; index++)
        {
            editor.Add(later[index]);
        }

        return editor.Build(later.UidNext, HighestModSeq, later.Keywords);
    }

    /// <summary>The messages of a run; runs follow each other.</summary>
    public SnapshotRun Run(int run) => Chunks[run].Run(Starts[run], Counts[run]);

    /// <summary>Whether another snapshot of the mailbox has the same messages in the same state as a run of this one: a quick look, which may miss it.</summary>
    public bool SharesRun(int run, MailboxSnapshot other)
    {
        SnapshotChunk chunk = Chunks[run];
        int index = other.IndexOf(new Uid(chunk.FirstUid));
        if (index < 0)
        {
            return false;
        }

        int at = other.ChunkOf(index);
        return ReferenceEquals(other.Chunks[at], chunk) && other.Counts[at] >= Counts[run];
    }

    /// <summary>Index of the first message without \Seen, or -1.</summary>
    public int FirstUnseen()
    {
        for (int c = 0; c < Chunks.Length; c++)
        {
            ReadOnlySpan<ushort> flags = Chunks[c].Flags(Counts[c]);
            for (int i = 0; i < flags.Length; i++)
            {
                if ((flags[i] & (ushort)MessageFlags.Seen) == 0)
                {
                    return Starts[c] + i;
                }
            }
        }

        return -1;
    }

    /// <summary>Indexes of messages that changed, or came, after a modification sequence; ascending. Runs without changes are passed over.</summary>
    public IEnumerable<int> ChangedSince(ModSeq since)
    {
        for (int c = 0; c < Chunks.Length; c++)
        {
            if (Chunks[c].HighestModSeq <= since.Value)
            {
                continue;
            }

            for (int i = 0; i < Counts[c]; i++)
            {
                if (Chunks[c].ModSeqs(i + 1)[i] > since.Value)
                {
                    yield return Starts[c] + i;
                }
            }
        }
    }

    /// <summary>Runs of UIDs below UIDNEXT that no message has, ascending, with both ends.</summary>
    public IEnumerable<(Uid First, Uid Last)> Gaps()
    {
        uint next = 1;
        for (int c = 0; c < Chunks.Length; c++)
        {
            for (int i = 0; i < Counts[c]; i++)
            {
                uint uid = Chunks[c].UidAt(i);
                if (uid > next)
                {
                    yield return (new Uid(next), new Uid(uid - 1));
                }

                next = uid + 1;
            }
        }

        if (UidNext.Value > next)
        {
            yield return (new Uid(next), new Uid(UidNext.Value - 1));
        }
    }

    /// <inheritdoc/>
    public IEnumerator<MessageEntry> GetEnumerator()
    {
        for (int c = 0; c < Chunks.Length; c++)
        {
            for (int i = 0; i < Counts[c]; i++)
            {
                yield return Chunks[c][i];
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int ChunkOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int at = Array.BinarySearch(Starts, index);
        return at >= 0 ? at : ~at - 1;
    }
}
