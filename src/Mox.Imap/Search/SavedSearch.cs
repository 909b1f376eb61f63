using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>The result that <c>$</c> stands for (RFC 5182 section 2.1), for one selected mailbox.</summary>
/// <remarks>
/// Kept as ranges of UIDs from the first to the last of a run of neighbours. UIDs only rise, so nothing can come into such a range, and
/// what is expunged falls out of it by itself.
/// </remarks>
internal sealed class SavedSearch
{
    private readonly (uint First, uint Last)[] _ranges;

    public SavedSearch(MailboxSnapshot at, IEnumerable<int> positions)
    {
        var ranges = new List<(uint First, uint Last)>();
        int previous = -2;
        // In sort order after a sort.
        foreach (int position in positions.Order())
        {
            uint uid = at.UidAt(position).Value;
            if (position == previous + 1)
            {
                ranges[^1] = (ranges[^1].First, uid);
            }
            else
            {
                ranges.Add((uid, uid));
            }
            previous = position;
        }
        _ranges = [.. ranges];
    }

    /// <summary>Ascending, apart from each other.</summary>
    public IReadOnlyList<(uint First, uint Last)> UidRanges => _ranges;
}
