using Mox.Store;

namespace Mox.Imap;

/// <summary>Ascending, disjoint runs of numbers with both ends: what a resolved <see cref="SequenceSet"/> is, and what VANISHED tells.</summary>
internal static class NumberRanges
{
    /// <summary>Joins ascending UIDs to runs.</summary>
    public static IEnumerable<(uint First, uint Last)> Of(IEnumerable<Uid> ascending)
    {
        uint first = 0, last = 0;
        foreach (var uid in ascending)
        {
            if (last != 0 && uid.Value == last + 1)
            {
                last = uid.Value;
                continue;
            }
            if (last != 0)
            {
                yield return (first, last);
            }
            first = last = uid.Value;
        }
        if (last != 0)
        {
            yield return (first, last);
        }
    }

    /// <summary>What both have.</summary>
    public static IEnumerable<(uint First, uint Last)> Intersect(
        IEnumerable<(uint First, uint Last)> ranges, IReadOnlyList<(uint First, uint Last)> with)
    {
        int at = 0;
        foreach (var (first, last) in ranges)
        {
            while (at < with.Count && with[at].Last < first)
            {
                at++;
            }
            for (int i = at; i < with.Count && with[i].First <= last; i++)
            {
                yield return (Math.Max(first, with[i].First), Math.Min(last, with[i].Last));
            }
        }
    }

    public static bool Contains(IReadOnlyList<(uint First, uint Last)> ranges, uint number)
    {
        int low = 0, high = ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (number < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (number > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }
        return false;
    }
}
