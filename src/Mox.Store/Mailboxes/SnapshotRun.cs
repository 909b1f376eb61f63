namespace Mox.Store;

/// <summary>Consecutive messages of a snapshot, a column at a time: for passes over all messages that look at few of their values.</summary>
/// <remarks>Index 0 of each column is the message at <see cref="Start"/>. The memory is the snapshot's own and never changes.</remarks>
public readonly ref struct SnapshotRun
{
    /// <summary>Most messages of a run.</summary>
    public const int MaxCount = SnapshotChunk.MaxEntries;

    /// <summary>Position in the snapshot of the first message.</summary>
    public required int Start { get; init; }

    /// <summary>UIDs, ascending.</summary>
    public required ReadOnlySpan<uint> Uids { get; init; }

    /// <summary>Identities of contents.</summary>
    public required ReadOnlySpan<long> MessageIds { get; init; }

    /// <summary>System flags and well-known keywords.</summary>
    public required ReadOnlySpan<MessageFlags> Flags { get; init; }

    /// <summary>Other keywords; empty when no message has any.</summary>
    public required ReadOnlySpan<KeywordSet> Keywords { get; init; }

    /// <summary>Modification sequences.</summary>
    public required ReadOnlySpan<long> ModSeqs { get; init; }

    /// <summary>RFC822.SIZE; what is larger than the type has its largest value.</summary>
    public required ReadOnlySpan<uint> SizesInBytes { get; init; }

    /// <summary>INTERNALDATE in Unix seconds.</summary>
    public required ReadOnlySpan<long> ReceivedAtSeconds { get; init; }

    /// <summary>SAVEDATE in Unix seconds.</summary>
    public required ReadOnlySpan<long> SavedAtSeconds { get; init; }

    /// <summary>How many messages.</summary>
    public int Count => Uids.Length;

    /// <summary>One message of it.</summary>
    public SnapshotRun At(int index) => new()
    {
        Start = Start + index,
        Uids = Uids.Slice(index, 1),
        MessageIds = MessageIds.Slice(index, 1),
        Flags = Flags.Slice(index, 1),
        Keywords = Keywords.IsEmpty ? default : Keywords.Slice(index, 1),
        ModSeqs = ModSeqs.Slice(index, 1),
        SizesInBytes = SizesInBytes.Slice(index, 1),
        ReceivedAtSeconds = ReceivedAtSeconds.Slice(index, 1),
        SavedAtSeconds = SavedAtSeconds.Slice(index, 1),
    };
}
