using System.Runtime.InteropServices;

namespace Mox.Store;

/// <summary>A run of consecutive messages of a <see cref="MailboxSnapshot"/>, as one array for each column.</summary>
/// <remarks>
/// Entries are written once and never change. A snapshot sees as many entries of a chunk as its spine says, so the newest one may append
/// to its last chunk in place while older ones go on reading it; every other change makes a new chunk.
/// </remarks>
internal sealed class SnapshotChunk
{
    public const int MaxEntries = 512;
    public const int FirstCapacity = 16;

    private readonly uint[] _uids;
    private readonly long[] _messageIds;
    private readonly ushort[] _flags;
    private readonly long[] _modSeqs;
    private readonly uint[] _sizes;
    private readonly long[] _received;
    private readonly long[] _saved;
    private KeywordSet[]? _keywords;

    public SnapshotChunk(int capacity = FirstCapacity)
    {
        _uids = new uint[capacity];
        _messageIds = new long[capacity];
        _flags = new ushort[capacity];
        _modSeqs = new long[capacity];
        _sizes = new uint[capacity];
        _received = new long[capacity];
        _saved = new long[capacity];
    }

    /// <summary>Entries written, by the newest snapshot.</summary>
    public int Used { get; private set; }

    public int Capacity => _uids.Length;

    /// <summary>At least that of every entry: a chunk whose highest is not above a value has nothing to tell since then.</summary>
    public long HighestModSeq { get; private set; }

    public uint FirstUid => _uids[0];

    public uint UidAt(int index) => _uids[index];

    public MessageEntry this[int index] => new(
        new Uid(_uids[index]),
        new MessageId(_messageIds[index]),
        (MessageFlags)_flags[index],
        _keywords?[index] ?? KeywordSet.Empty,
        new ModSeq(_modSeqs[index]),
        _sizes[index],
        _received[index],
        _saved[index]);

    /// <summary>The first entries, the first of which is at a position of a snapshot.</summary>
    public SnapshotRun Run(int start, int count) => new()
    {
        Start = start,
        Uids = _uids.AsSpan(0, count),
        MessageIds = _messageIds.AsSpan(0, count),
        Flags = MemoryMarshal.Cast<ushort, MessageFlags>(_flags.AsSpan(0, count)),
        Keywords = Volatile.Read(ref _keywords) is { } keywords ? keywords.AsSpan(0, count) : default,
        ModSeqs = _modSeqs.AsSpan(0, count),
        SizesInBytes = _sizes.AsSpan(0, count),
        ReceivedAtSeconds = _received.AsSpan(0, count),
        SavedAtSeconds = _saved.AsSpan(0, count),
    };

    public int IndexOf(uint uid, int count) => Array.BinarySearch(_uids, 0, count, uid);

    public ReadOnlySpan<uint> Uids(int count) => _uids.AsSpan(0, count);

    public ReadOnlySpan<ushort> Flags(int count) => _flags.AsSpan(0, count);

    public ReadOnlySpan<long> ModSeqs(int count) => _modSeqs.AsSpan(0, count);

    /// <summary>Writes the next entry; the caller made sure that there is room.</summary>
    public void Append(in MessageEntry entry)
    {
        int at = Used;
        _uids[at] = entry.Uid.Value;
        _messageIds[at] = entry.MessageId.Value;
        _sizes[at] = (uint)Math.Min(entry.SizeBytes, uint.MaxValue);
        _received[at] = entry.ReceivedAtSeconds;
        _saved[at] = entry.SavedAtSeconds;
        Write(at, entry.Flags, entry.Keywords, entry.ModSeq);
        Used = at + 1;
    }

    /// <summary>Changes the state of an entry of a chunk that no snapshot has yet.</summary>
    public void Write(int at, MessageFlags flags, KeywordSet keywords, ModSeq modSeq)
    {
        _flags[at] = (ushort)flags;
        _modSeqs[at] = modSeq.Value;
        HighestModSeq = Math.Max(HighestModSeq, modSeq.Value);
        if (_keywords is null && keywords.Count > 0)
        {
            var all = new KeywordSet[Capacity];
            Array.Fill(all, KeywordSet.Empty);
            Volatile.Write(ref _keywords, all);
        }

        _keywords?[at] = keywords;
    }

    /// <summary>A copy of the first entries with room for more.</summary>
    public SnapshotChunk Copy(int count, int capacity)
    {
        var copy = new SnapshotChunk(Math.Max(capacity, count));
        copy.CopyFrom(this, 0, count);
        return copy;
    }

    /// <summary>Appends a run of another chunk's entries.</summary>
    public void CopyFrom(SnapshotChunk source, int start, int count)
    {
        Array.Copy(source._uids, start, _uids, Used, count);
        Array.Copy(source._messageIds, start, _messageIds, Used, count);
        Array.Copy(source._flags, start, _flags, Used, count);
        Array.Copy(source._modSeqs, start, _modSeqs, Used, count);
        Array.Copy(source._sizes, start, _sizes, Used, count);
        Array.Copy(source._received, start, _received, Used, count);
        Array.Copy(source._saved, start, _saved, Used, count);
        if (source._keywords is { } keywords)
        {
            if (_keywords is null)
            {
                _keywords = new KeywordSet[Capacity];
                Array.Fill(_keywords, KeywordSet.Empty);
            }

            Array.Copy(keywords, start, _keywords, Used, count);
        }
        else
        {
            _keywords?.AsSpan(Used, count).Fill(KeywordSet.Empty);
        }

        // Of all of it: a bound need not be sharp.
        HighestModSeq = Math.Max(HighestModSeq, source.HighestModSeq);
        Used += count;
    }
}
