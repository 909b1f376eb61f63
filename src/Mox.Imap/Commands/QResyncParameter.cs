using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>What a client says at SELECT that it knows of the mailbox (RFC 7162 section 3.2.5).</summary>
/// <param name="UidValidity">When it is another now, what the client knows is worth nothing.</param>
/// <param name="Since">The client knows all changes up to this one.</param>
/// <param name="Known">The UIDs that it knows; null for all.</param>
/// <param name="Samples">Sequence numbers and the UIDs they had, ascending.</param>
internal sealed record QResyncParameter(
    UidValidity UidValidity, ModSeq Since, SequenceSet? Known, IReadOnlyList<SequenceSample> Samples)
{
    /// <summary><c>(uidvalidity modseq [known-uids] [(known-sequence-set known-uid-set)])</c>.</summary>
    public static QResyncParameter Parse(ref ImapScanner input)
    {
        input.Byte((byte)'(');
        var uidValidity = new UidValidity(input.NzNumber());
        input.Space();
        var since = new ModSeq(input.NzNumber64());
        bool more = input.TrySpace();
        SequenceSet? known = null;
        if (more && !input.Peek((byte)'('))
        {
            known = input.KnownSet();
            more = input.TrySpace();
        }
        var samples = more ? SequenceSample.Parse(ref input) : [];
        input.Byte((byte)')');
        return new(uidValidity, since, known, samples);
    }

    /// <summary>The UIDs that the client knows, or may know, of a mailbox in this state.</summary>
    public List<(uint First, uint Last)> KnownIn(MailboxSnapshot told)
    {
        uint largest = told.UidNext.Value - 1;
        return Known?.Resolve(largest) ?? (largest == 0 ? [] : [(1, largest)]);
    }

    /// <summary>What the client must be told has left; the second says that all that is missing was told, because its samples do not fit.</summary>
    public (IEnumerable<(uint First, uint Last)> Vanished, bool Inconsistent) VanishedIn(Account account, MailboxSnapshot told)
    {
        var known = KnownIn(told);
        var left = account.ReadVanished(told.MailboxId, Since);
        if (left is not null && Samples.Count > 0)
        {
            // A UID that had left before the state that the client knows: it missed that, and maybe more.
            var runs = NumberRanges.Of(left).ToList();
            bool IsUnknown(uint uid) =>
                uid < told.UidNext.Value && told.IndexOf(new Uid(uid)) < 0 && !NumberRanges.Contains(runs, uid);
            if (Samples.Any(s => IsUnknown(s.Uid) || IsUnknown(s.LastUid)))
            {
                return (NumberRanges.Intersect(VanishedResponse.Missing(told), known), true);
            }
        }
        // Below a message that still has its number nothing can have left (RFC 7162 section 3.2.5.2).
        uint match = Samples.Select(s => s.HighestMatch(told)).DefaultIfEmpty().Max();
        if (match != 0)
        {
            known = [.. NumberRanges.Intersect(known, [(match, uint.MaxValue)])];
        }
        return (VanishedResponse.Since(told, left, known), false);
    }
}
