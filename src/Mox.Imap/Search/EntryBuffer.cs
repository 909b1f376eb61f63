using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>A run of messages that are not together in any snapshot: columns filled one message after the other.</summary>
internal sealed class EntryBuffer
{
    private readonly uint[] _uids = new uint[SnapshotRun.MaxCount];
    private readonly long[] _messageIds = new long[SnapshotRun.MaxCount];
    private readonly MessageFlags[] _flags = new MessageFlags[SnapshotRun.MaxCount];
    private readonly KeywordSet[] _keywords = new KeywordSet[SnapshotRun.MaxCount];
    private readonly long[] _modSeqs = new long[SnapshotRun.MaxCount];
    private readonly uint[] _sizes = new uint[SnapshotRun.MaxCount];
    private readonly long[] _received = new long[SnapshotRun.MaxCount];
    private readonly long[] _saved = new long[SnapshotRun.MaxCount];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(in MessageEntry entry)
    {
        int at = Count++;
        _uids[at] = entry.Uid.Value;
        _messageIds[at] = entry.MessageId.Value;
        _flags[at] = entry.Flags;
        _keywords[at] = entry.Keywords;
        _modSeqs[at] = entry.ModSeq.Value;
        _sizes[at] = (uint)Math.Min(entry.SizeBytes, uint.MaxValue);
        _received[at] = entry.ReceivedAtSeconds;
        _saved[at] = entry.SavedAtSeconds;
    }

    /// <summary>What was added, as the messages from a position on.</summary>
    public SnapshotRun Run(int start) => new()
    {
        Start = start,
        Uids = _uids.AsSpan(0, Count),
        MessageIds = _messageIds.AsSpan(0, Count),
        Flags = _flags.AsSpan(0, Count),
        Keywords = _keywords.AsSpan(0, Count),
        ModSeqs = _modSeqs.AsSpan(0, Count),
        SizesInBytes = _sizes.AsSpan(0, Count),
        ReceivedAtSeconds = _received.AsSpan(0, Count),
        SavedAtSeconds = _saved.AsSpan(0, Count),
    };
}
