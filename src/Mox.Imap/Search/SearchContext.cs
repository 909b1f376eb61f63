using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>A result that is kept up to date at the client (RFC 5267 section 4.3).</summary>
/// <param name="tag">Of the command that asked for it.</param>
/// <param name="uid">UIDs, not sequence numbers.</param>
/// <param name="key">What is in it.</param>
/// <remarks>
/// The result is not kept: what was in it follows from what the client was told of the mailbox, so the criteria must depend on nothing
/// else (<see cref="CanKeep"/>). A sorted result overrides <see cref="UpdateAsync"/>, since its changes have places.
/// </remarks>
internal class SearchContext(string tag, bool uid, SearchKey key)
{
    // So many changes at once may make files be opened, or rows be read; past it the client asks again if it wants to.
    private const int MaxOpened = 500;
    private const int MaxChanges = 20_000;

    private readonly SearchNeeds _needs = SearchNeeds.Of(key);

    public string Tag { get; } = tag;

    public bool Uid { get; } = uid;

    /// <summary>Whether a result can be kept up to date: nothing in it changes by itself, as sequence numbers and ages do.</summary>
    public static bool CanKeep(SearchKey key) => !SearchNeeds.Of(key).Moment;

    /// <summary>What is to be told with the step from one snapshot to the next; null when that is too much, and the result is given up.</summary>
    public virtual async ValueTask<ContextUpdate?> UpdateAsync(
        ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff)
    {
        return await FindAsync(session, told, current, diff) is not { } changes ? null : new()
        {
            Gone = Unsorted(told, changes.Gone),
            Left = Unsorted(current, changes.Left),
            Came = Unsorted(current, changes.Came),
        };
    }

    /// <summary>Positions of what comes into the result and leaves it, the first in the older snapshot; null when that is too much.</summary>
    protected async ValueTask<Changes?> FindAsync(
        ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff)
    {
        IReadOnlyList<int> changed = _needs.State ? diff.Changed : [];
        if (diff.Removed.Count + (2 * changed.Count) + diff.AddedCount > (_needs.Columns is null ? MaxChanges : MaxOpened))
        {
            return null;
        }
        var gone = await FilterAsync(session, told, diff.Removed);
        int[] before = [.. changed.Select(i => told.IndexOf(current.UidAt(i)))];
        var were = (await FilterAsync(session, told, before)).Select(i => current.IndexOf(told.UidAt(i))).ToHashSet();
        int[] candidates = [.. changed, .. Enumerable.Range(diff.FirstAdded, diff.AddedCount)];
        var are = (await FilterAsync(session, current, candidates)).ToHashSet();
        return new(
            gone,
            [.. changed.Where(i => were.Contains(i) && !are.Contains(i))],
            [.. candidates.Where(i => are.Contains(i) && !were.Contains(i))]);
    }

    /// <summary>Those of some positions of a snapshot that are in the result.</summary>
    private async ValueTask<IReadOnlyList<int>> FilterAsync(ImapSession session, MailboxSnapshot snapshot, IReadOnlyList<int> positions)
    {
        if (positions.Count == 0)
        {
            return [];
        }
        var scope = new SearchScope(snapshot, snapshot, null, DateTimeOffset.UnixEpoch);
        MessageEntry[] entries = [.. positions.Select(i => snapshot[i])];
        var found = await MessageSearch.FilterAsync(session.Account, scope, key, entries, session.Closed);
        return [.. found.Select(i => positions[i])];
    }

    private ContextChange[] Unsorted(MailboxSnapshot snapshot, IEnumerable<int> positions)
    {
        string numbers = SequenceSet.Format(positions.Select(i => NumberAt(snapshot, i)));
        return numbers.Length == 0 ? [] : [new(0, numbers)];
    }

    /// <summary>What the client reads for a position.</summary>
    protected uint NumberAt(MailboxSnapshot snapshot, int position) => Uid ? snapshot.UidAt(position).Value : (uint)position + 1;

    /// <summary>Positions of messages: gone from the older snapshot; left and come in the newer one.</summary>
    protected sealed record Changes(IReadOnlyList<int> Gone, IReadOnlyList<int> Left, IReadOnlyList<int> Came);
}
