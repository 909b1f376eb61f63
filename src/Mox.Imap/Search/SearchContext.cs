using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>A result that is kept up to date at the client (RFC 5267 section 4.3).</summary>
/// <param name="tag">Of the command that asked for it.</param>
/// <param name="uid">UIDs, not sequence numbers.</param>
/// <param name="key">What is in it.</param>
/// <remarks>
/// The result is not kept: what was in it follows from what the client was told of the mailbox, so the criteria must depend on nothing
/// else (<see cref="CanKeep"/>).
/// </remarks>
internal class SearchContext(string tag, bool uid, SearchKey key)
{
    // So many changes at once may make files be opened, or rows be read; past it the client asks again if it wants to.
    private const int MaxOpened = 500;
    private const int MaxChanges = 20_000;

    private readonly SearchNeeds _needs = SearchNeeds.Of(key);

    public string Tag { get; } = tag;

    protected bool Uid { get; } = uid;

    /// <summary>Whether a result can be kept up to date: nothing in it changes by itself, as sequence numbers and ages do.</summary>
    public static bool CanKeep(SearchKey key) => !SearchNeeds.Of(key).Moment;

    /// <summary>The messages at these positions are going to be told as gone; false when they are too many, as below.</summary>
    public virtual async ValueTask<bool> TellGoneAsync(ImapSession session, MailboxSnapshot told, IReadOnlyList<int> removed)
    {
        if (IsTooMuch(removed.Count))
        {
            return false;
        }
        Write(session, "REMOVEFROM", told, await FilterAsync(session, told, removed));
        return true;
    }

    /// <summary>Tells what has come and gone between two snapshots; false when that is too much, and the result is to be given up.</summary>
    public virtual async ValueTask<bool> TellNewsAsync(
        ImapSession session, MailboxSnapshot told, MailboxSnapshot current, SnapshotDiff diff)
    {
        IReadOnlyList<int> changed = _needs.State ? diff.Changed : [];
        if (IsTooMuch(changed.Count * 2 + diff.AddedCount))
        {
            return false;
        }
        int[] before = [.. changed.Select(i => told.IndexOf(current.UidAt(i)))];
        var were = (await FilterAsync(session, told, before)).Select(i => current.IndexOf(told.UidAt(i))).ToHashSet();
        int[] candidates = [.. changed, .. Enumerable.Range(diff.FirstAdded, diff.AddedCount)];
        var are = (await FilterAsync(session, current, candidates)).ToHashSet();
        Write(session, "REMOVEFROM", current, [.. changed.Where(i => were.Contains(i) && !are.Contains(i))]);
        Write(session, "ADDTO", current, [.. candidates.Where(i => are.Contains(i) && !were.Contains(i))]);
        return true;
    }

    /// <summary>Those of some positions of a snapshot that are in the result.</summary>
    protected async ValueTask<IReadOnlyList<int>> FilterAsync(ImapSession session, MailboxSnapshot snapshot, IReadOnlyList<int> positions)
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

    /// <summary>Whether so many messages are more than may be looked at while the client waits.</summary>
    protected bool IsTooMuch(int count) => count > (_needs.Columns is null ? MaxChanges : MaxOpened);

    // Unsorted, so the place is 0 (RFC 5267 section 4.3.3).
    private void Write(ImapSession session, string what, MailboxSnapshot snapshot, IReadOnlyList<int> positions)
    {
        if (positions.Count > 0)
        {
            var numbers = positions.Select(i => Uid ? snapshot.UidAt(i).Value : (uint)i + 1);
            EsearchResponse.Begin(session, Tag, Uid).Space().Raw(what).Raw(" (0 "u8).Raw(SequenceSet.Format(numbers)).Byte((byte)')').Line();
        }
    }
}
