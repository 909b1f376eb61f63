using Mox.Imap.Search;
using Mox.Store;

namespace Mox.Imap.Sorting;

/// <summary>Brings the messages that a search found into the order of SORT (RFC 5256 section 3).</summary>
internal sealed class MessageSorter(Account account, SearchResult found)
{
    private readonly MessageEntry[] _entries = [.. found.Positions.Select(found.Scope.EntryAt)];

    /// <summary>The positions in order; equal ones stay in that of sequence numbers.</summary>
    public async Task<SearchResult> SortAsync(IReadOnlyList<SortCriterion> criteria, CancellationToken cancellationToken)
    {
        var order = new StableOrder(_entries.Length);
        // The last key first: what a later pass finds equal stays in the order of the earlier ones.
        foreach (var criterion in criteria.Reverse())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TextOf(criterion.Key) is { } text)
            {
                order.By(await account.Keys.ReadTextsAsync(Ids(), text, cancellationToken), criterion.Reverse);
            }
            else
            {
                order.By(await NumbersAsync(criterion.Key, cancellationToken), criterion.Reverse);
            }
        }
        return found with { Positions = Array.ConvertAll(order.Places, place => found.Positions[place]) };
    }

    /// <summary>Sent dates; a message without one has that of its arrival (RFC 5256 section 2.2).</summary>
    public async Task<long[]> DatesAsync(CancellationToken cancellationToken) =>
        WithArrivals(await account.Keys.ReadDatesAsync(Ids(), cancellationToken));

    /// <summary>Dates that were read, with those of the arrival for what has none.</summary>
    public long[] WithArrivals(long[] dates)
    {
        for (int i = 0; i < dates.Length; i++)
        {
            dates[i] = dates[i] == MessageKeys.NoDate ? _entries[i].ReceivedAtSeconds : dates[i];
        }
        return dates;
    }

    /// <summary>The contents of the messages.</summary>
    public MessageId[] Ids() => Array.ConvertAll(_entries, entry => entry.MessageId);

    private async Task<long[]> NumbersAsync(SortKey key, CancellationToken cancellationToken) => key switch
    {
        SortKey.Arrival => Array.ConvertAll(_entries, entry => entry.ReceivedAtSeconds),
        SortKey.Size => Array.ConvertAll(_entries, entry => entry.SizeBytes),
        _ => await DatesAsync(cancellationToken),
    };

    private static SortText? TextOf(SortKey key) => key switch
    {
        SortKey.Cc => SortText.Cc,
        SortKey.DisplayFrom => SortText.DisplayFrom,
        SortKey.DisplayTo => SortText.DisplayTo,
        SortKey.From => SortText.From,
        SortKey.Subject => SortText.Subject,
        SortKey.To => SortText.To,
        _ => null,
    };
}
