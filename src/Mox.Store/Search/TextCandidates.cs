using System.Collections;

namespace Mox.Store;

/// <summary>What an index says of a text: contents that may hold it. Immutable.</summary>
public sealed class TextCandidates
{
    /// <summary>So many contents share one bitmap.</summary>
    internal const int ShardContents = 32_768;

    private readonly Dictionary<long, Shard> _shards;

    internal TextCandidates(Dictionary<long, Shard> shards) => _shards = shards;

    /// <summary>Whether a message may hold the text; so may each that is not in the index yet.</summary>
    public bool MayMatch(MessageId id) =>
        !_shards.TryGetValue(id.Value / ShardContents, out Shard shard)
        || id.Value > shard.CoveredTo
        || shard.Matches[(int)(id.Value % ShardContents)];

    /// <summary>A shard's matches; ids above <paramref name="CoveredTo"/> are not known.</summary>
    internal readonly record struct Shard(long CoveredTo, BitArray Matches);
}
