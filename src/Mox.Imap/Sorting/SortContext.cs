using System.Globalization;
using Mox.Imap.Search;
using Mox.Store;

namespace Mox.Imap.Sorting;

/// <summary>A sorted result that is kept up to date at the client: its changes have places (RFC 5267 section 4.3).</summary>
/// <param name="tag">Of the command that asked for it.</param>
/// <param name="uid">UIDs, not sequence numbers.</param>
/// <param name="key">What is in it.</param>
/// <param name="criteria">In which order; none depends on what can change of a message.</param>
internal sealed class SortContext(string tag, bool uid, SearchKey key, IReadOnlyList<SortCriterion> criteria) : SearchContext(tag, uid, key)
{
    // The order is kept, and found anew when messages come.
    private const int MaxCount = 20_000;

    private uint[] _order = [];

    /// <summary>Takes the order that the client is told; false when there are too many.</summary>
    public bool TryStart(SearchResult sorted)
    {
        _order = sorted.Positions.Count > MaxCount ? [] : Uids(sorted);
        return _order.Length == sorted.Positions.Count;
    }

    /// <inheritdoc/>
    public override async ValueTask<ContextUpdate?> UpdateAsync(
        ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff)
    {
        if (await FindAsync(session, told, current, diff) is not { } changes || _order.Length + changes.Came.Count > MaxCount)
        {
            return null;
        }
        var gone = Remove(told, changes.Gone);
        var left = Remove(current, changes.Left);
        return new() { Gone = gone, Left = left, Came = await AddAsync(session, current, changes.Came) };
    }

    // The last first, so that no place of the others moves.
    private List<ContextChange> Remove(MailboxSnapshot snapshot, IReadOnlyList<int> positions)
    {
        var removed = positions.ToDictionary(i => snapshot.UidAt(i).Value, i => NumberAt(snapshot, i));
        var told = new List<ContextChange>();
        for (int place = _order.Length - 1; place >= 0 && removed.Count > 0; place--)
        {
            if (removed.TryGetValue(_order[place], out uint number))
            {
                told.Add(Change(place, number));
            }
        }
        _order = removed.Count == 0 ? _order : [.. _order.Where(u => !removed.ContainsKey(u))];
        return told;
    }

    // The first first: each has its place when those before it are there.
    private async ValueTask<List<ContextChange>> AddAsync(ImapSession session, MailboxSnapshot snapshot, IReadOnlyList<int> positions)
    {
        var told = new List<ContextChange>();
        if (positions.Count == 0)
        {
            return told;
        }
        int[] all = [.. _order.Select(u => snapshot.IndexOf(new Uid(u))).Concat(positions).Order()];
        var scope = new SearchScope(snapshot, snapshot, null, DateTimeOffset.UnixEpoch);
        var sorted = await new MessageSorter(session.Account, new SearchResult(scope, all)).SortAsync(criteria, session.Closed);
        var added = positions.ToHashSet();
        for (int place = 0; place < sorted.Positions.Count; place++)
        {
            if (added.Contains(sorted.Positions[place]))
            {
                told.Add(Change(place, NumberAt(snapshot, sorted.Positions[place])));
            }
        }
        _order = Uids(sorted);
        return told;
    }

    private static uint[] Uids(SearchResult sorted) => [.. sorted.Positions.Select(i => sorted.NumberAt(i, uid: true))];

    private static ContextChange Change(int place, uint number) => new(place + 1, number.ToString(CultureInfo.InvariantCulture));
}
