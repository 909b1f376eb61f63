namespace Mox.Imap.Search;

/// <summary>The messages that a search found.</summary>
/// <param name="Scope">Where.</param>
/// <param name="Positions">In <see cref="SearchScope.Told"/>: ascending from a search, in sort order after a sort.</param>
internal sealed record SearchResult(SearchScope Scope, IReadOnlyList<int> Positions)
{
    /// <summary>The criteria ask for MODSEQ, so responses tell the highest one of what they name (RFC 7162 section 3.1.5).</summary>
    public bool TellsModSeq { get; init; }

    /// <summary>A message could not be looked into, because it is gone.</summary>
    public bool MetGone { get; init; }

    /// <summary>What a client reads for a position: its UID or its sequence number.</summary>
    public uint NumberAt(int position, bool uid) => uid ? Scope.Told.UidAt(position).Value : (uint)position + 1;

    /// <summary>Of the messages of a part of the result.</summary>
    public long HighestModSeq(int start, int count)
    {
        long highest = 0;
        for (int i = start; i < start + count; i++)
        {
            highest = Math.Max(highest, Scope.EntryAt(Positions[i]).ModSeq.Value);
        }
        return highest;
    }

    /// <summary>
    /// The positions that become <c>$</c> (RFC 5182 section 2.4, RFC 9394 section 3.2): those of MIN, MAX and PARTIAL where only such are
    /// asked for, else all.
    /// </summary>
    public IEnumerable<int> ToSave(SearchReturn asked)
    {
        const SearchReturnItems Parts = SearchReturnItems.Min | SearchReturnItems.Max | SearchReturnItems.Partial;
        if (Positions.Count == 0 || !asked.Has(Parts) || asked.Has(SearchReturnItems.All | SearchReturnItems.Count))
        {
            return Positions;
        }
        var saved = new SortedSet<int>();
        if (asked.Has(SearchReturnItems.Min))
        {
            saved.Add(Positions[0]);
        }
        if (asked.Has(SearchReturnItems.Max))
        {
            saved.Add(Positions[^1]);
        }
        if (asked.Has(SearchReturnItems.Partial))
        {
            var (start, count) = asked.Partial.Of(Positions.Count);
            saved.UnionWith(Positions.Skip(start).Take(count));
        }
        return saved;
    }
}
