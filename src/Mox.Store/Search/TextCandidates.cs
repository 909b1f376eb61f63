using System.Collections;

namespace Mox.Store;

/// <summary>What an index says of a text: contents that may hold it. Immutable.</summary>
public sealed class TextCandidates
{
    private readonly Dictionary<long, BitArray> _shards;

    internal TextCandidates(long coveredTo, Dictionary<long, BitArray> shards)
    {
        CoveredTo = coveredTo;
        _shards = shards;
    }

    /// <summary>The newest content that the index knows.</summary>
    internal long CoveredTo { get; }

    /// <summary>Whether a message may hold the text; so may each that is not in the index yet.</summary>
    public bool MayMatch(MessageId id) =>
        id.Value > CoveredTo
        || (_shards.TryGetValue(IndexRow.ShardOf(id.Value), out BitArray? matches) && matches[IndexRow.PlaceOf(id.Value)]);
}
