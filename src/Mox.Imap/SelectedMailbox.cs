using Mox.Imap.Search;
using Mox.Store;

namespace Mox.Imap;

/// <summary>
/// The mailbox that a session has selected, as this client was told of it. Sequence numbers mean positions in <see cref="Told"/>,
/// which changes only in <see cref="SyncAsync"/>.
/// </summary>
internal sealed class SelectedMailbox(MailboxView view, MailboxName name, bool isReadOnly) : IDisposable
{
    // Past this many own operations since the last news they are told like those of others.
    private const int MaxOwn = 1000;

    // Expunged messages are kept for those who have not been told: past this many even one that does not want to hear of it is.
    private const int MaxUntold = 1000;

    private readonly HashSet<long> _own = [];
    private KeywordSet _keywords = view.Told.Keywords;

    public MailboxId Id => view.MailboxId;

    /// <summary>The name that the client selected.</summary>
    public MailboxName Name { get; } = name;

    /// <summary>Opened by EXAMINE.</summary>
    public bool IsReadOnly { get; } = isReadOnly;

    /// <summary>What this client's sequence numbers mean.</summary>
    public MailboxSnapshot Told => view.Told;

    /// <summary>Latest committed state.</summary>
    public MailboxSnapshot Current => view.Current;

    /// <summary>The last change that the client is sure to have known of when it asked for the command that runs.</summary>
    public ModSeq AskedAt { get; set; }

    /// <summary>Whether the mailbox is no more.</summary>
    public bool IsGone => view.IsGone;

    public bool HasNews => view.HasNews || view.IsGone;

    /// <summary>What <c>$</c> stands for; null for nothing (RFC 5182 section 2.1).</summary>
    public SavedSearch? Saved { get; set; }

    /// <summary>Results whose changes the client is told of.</summary>
    public SearchContexts Contexts { get; } = new();

    /// <summary>This mailbox, for a command that changes it.</summary>
    /// <exception cref="ImapNoException">It was opened by EXAMINE.</exception>
    public SelectedMailbox Writable() => IsReadOnly ? throw new ImapNoException(null, "the mailbox is open read-only") : this;

    /// <summary>The client knows, or does not want to know, what this operation of its own did to flags.</summary>
    public void Own(ModSeq operation)
    {
        if (_own.Count < MaxOwn)
        {
            _own.Add(operation.Value);
        }
    }

    /// <summary>Whether a change is an operation of the client's own that waits for the next news.</summary>
    public bool IsOwn(ModSeq operation) => _own.Contains(operation.Value);

    /// <summary>
    /// Tells the client what has happened since it was told last: EXPUNGE, EXISTS, flags. Without <paramref name="mayExpunge"/> all is
    /// left for later if a message is gone, so that no sequence number changes its meaning (RFC 3501 section 7.4.1). With NOTIFY the client is
    /// told of what it asked for, and of what <paramref name="asked"/> says it did itself.
    /// </summary>
    /// <param name="session">Whose client.</param>
    /// <param name="mayExpunge">Whether sequence numbers may change.</param>
    /// <param name="asked">The command that ends has expunged messages.</param>
    /// <param name="delays">What is gone is told later, and all else now (SELECTED-DELAYED).</param>
    public async ValueTask SyncAsync(ImapSession session, bool mayExpunge, bool asked = false, bool delays = false)
    {
        if (view.IsGone)
        {
            if (mayExpunge)
            {
                session.Writer.Raw("* OK ["u8).Raw(ResponseCodes.Closed).Raw("] the mailbox was deleted, or must be selected anew"u8).Line();
                session.Unselect();
            }
            return;
        }
        if (!view.HasNews)
        {
            return;
        }
        var rules = session.News.Rules;
        if (rules is not null && !asked && !rules.TellsSelected(NotifyEvents.MessageNew) && !IsFarBehind(MaxUntold, int.MaxValue))
        {
            return;
        }
        var told = view.Told;
        var current = delays ? told.WithoutRemovals(view.Current) : view.Current;
        var diff = SnapshotDiff.Between(told, current);
        if (diff.Removed.Count > 0 && !mayExpunge)
        {
            return;
        }
        var contexts = await Contexts.UpdateAsync(session, told, current, diff);
        contexts.TellGone(session);
        await TellRemovedAsync(session, diff.Removed);
        var writer = session.Writer;
        if (diff.AddedCount > 0)
        {
            writer.Raw("* "u8).Number(current.Count).Raw(" EXISTS"u8).Line();
        }
        TellKeywords(writer);
        foreach (int index in diff.Changed)
        {
            var entry = current[index];
            if (!_own.Contains(entry.ModSeq.Value) && rules?.TellsSelected(NotifyEvents.FlagChange) != false)
            {
                WriteFlags(session, index, entry);
                await writer.FlushIfFullAsync(session.Closed);
            }
        }
        // Before rows and files of new messages are read, which may fail: that a message is gone must not be told twice.
        _own.Clear();
        view.Advance(current);
        await NewMessages.TellAsync(session, current, diff.FirstAdded, rules?.Selected?.New);
        contexts.TellRest(session);
    }

    /// <summary>Whether the client has not been told of more than so many expunged, or new, messages.</summary>
    public bool IsFarBehind(int mostGone, int mostNew)
    {
        if (view.IsGone || !view.HasNews)
        {
            return false;
        }
        var diff = SnapshotDiff.Between(view.Told, view.Current);
        return diff.Removed.Count > mostGone || diff.AddedCount > mostNew;
    }

    private async ValueTask TellRemovedAsync(ImapSession session, IReadOnlyList<int> removed)
    {
        if (session.Enabled.Vanished)
        {
            var uids = removed.Select(index => Told.UidAt(index));
            await VanishedResponse.WriteAsync(session, NumberRanges.Of(uids), earlier: false);
            return;
        }
        for (int i = 0; i < removed.Count; i++)
        {
            // Each EXPUNGE moves the numbers of those after it.
            session.Writer.Raw("* "u8).Number(removed[i] + 1 - i).Raw(" EXPUNGE"u8).Line();
            await session.Writer.FlushIfFullAsync(session.Closed);
        }
    }

    /// <summary>Writes a FETCH response with UID, flags and, when that is on, MODSEQ.</summary>
    public static void WriteFlags(ImapSession session, int index, in MessageEntry entry)
    {
        var writer = MessageResponse.BeginWithUid(session, index, entry.Uid).Raw("FLAGS "u8);
        ImapFlags.Write(writer, entry.Flags, entry.Keywords);
        if (session.CondStore)
        {
            writer.Raw(" MODSEQ ("u8).Number(entry.ModSeq.Value).Byte((byte)')');
        }
        MessageResponse.End(session);
    }

    /// <summary>The UIDs that a set names, ascending; a sequence number that is not there is the client's error.</summary>
    public List<Uid> Uids(SequenceSet set, bool uid) => [.. Indexes(set, uid).Select(i => Told.UidAt(i))];

    /// <summary>The positions in <see cref="Told"/> that a set names, ascending.</summary>
    /// <exception cref="ImapSyntaxException">A sequence number is above the number of messages (RFC 3501 section 9, seq-number).</exception>
    public IEnumerable<int> Indexes(SequenceSet set, bool uid)
    {
        var told = Told;
        if (!uid && set.HasAbove((uint)told.Count))
        {
            throw new ImapSyntaxException("there is no message of that number");
        }
        return Positions(set, uid);
    }

    /// <summary>
    /// Of the positions in <see cref="Told"/> that a set names those of messages that changed after a modification sequence, as the client was
    /// told or since; ascending. Without looking at the others.
    /// </summary>
    public IEnumerable<int> ChangedSince(ModSeq since, SequenceSet set, bool uid)
    {
        var (told, current) = (Told, Current);
        var changed = told.ChangedSince(since);
        if (!ReferenceEquals(told, current))
        {
            var later = current.ChangedSince(since).Select(i => told.IndexOf(current.UidAt(i))).Where(i => i >= 0);
            changed = changed.Concat(later).Distinct().Order();
        }
        uid |= set.IsSaved;
        var ranges = Ranges(set, uid ? LargestUid(told) : (uint)told.Count);
        return changed.Where(i => NumberRanges.Contains(ranges, uid ? told.UidAt(i).Value : (uint)i + 1));
    }

    /// <summary>The runs of numbers that a set names; of UIDs when it is what was saved.</summary>
    public IReadOnlyList<(uint First, uint Last)> Ranges(SequenceSet set, uint largest) =>
        set.IsSaved ? Saved?.UidRanges ?? [] : set.Resolve(largest);

    // What was saved is UIDs, whichever way it is used.
    private IEnumerable<int> Positions(SequenceSet set, bool uid)
    {
        var told = Told;
        uid |= set.IsSaved;
        uint largest = !uid ? (uint)told.Count : LargestUid(told);
        foreach (var (first, last) in Ranges(set, largest))
        {
            long from = uid ? LowerBound(told, first) : first - 1L;
            long to = uid ? (last == uint.MaxValue ? told.Count : LowerBound(told, last + 1)) : Math.Min(last, told.Count);
            for (long i = from; i < to; i++)
            {
                yield return (int)i;
            }
        }
    }

    public void Dispose() => view.Dispose();

    private static uint LargestUid(MailboxSnapshot told) => told.Count == 0 ? 0 : told.UidAt(told.Count - 1).Value;

    private static int LowerBound(MailboxSnapshot told, uint uid)
    {
        int index = told.IndexOf(new Uid(uid));
        return index < 0 ? ~index : index;
    }

    /// <summary>FLAGS lists what the mailbox has: keywords that came up since are told before they are used (RFC 3501 section 7.2.6).</summary>
    public void TellKeywords(ImapWriter writer)
    {
        var keywords = Current.Keywords;
        if (keywords.Equals(_keywords))
        {
            return;
        }
        _keywords = keywords;
        WriteFlagLists(writer, keywords, IsReadOnly);
    }

    /// <summary>FLAGS and PERMANENTFLAGS.</summary>
    public static void WriteFlagLists(ImapWriter writer, KeywordSet keywords, bool readOnly)
    {
        writer.Raw("* FLAGS "u8);
        ImapFlags.WriteAll(writer, keywords, star: false);
        writer.Line().Raw("* OK [PERMANENTFLAGS "u8);
        if (readOnly)
        {
            writer.Raw("()"u8);
        }
        else
        {
            ImapFlags.WriteAll(writer, keywords, star: true);
        }
        writer.Raw("] flags that are kept"u8).Line();
    }
}
