using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>Message sequence match data: a run of sequence numbers and of the UIDs they had when the client looked (RFC 7162 section 3.2.5.2).</summary>
internal readonly record struct SequenceSample(uint Number, uint Uid, uint Count)
{
    public uint LastUid => Uid + Count - 1;

    /// <summary><c>(known-sequence-set known-uid-set)</c>: as many UIDs as numbers, both ascending.</summary>
    public static List<SequenceSample> Parse(ref ImapScanner input)
    {
        if (input.UidOnly)
        {
            throw new ImapSyntaxException("there are no sequence numbers now", input.Position) { Code = ResponseCodes.UidRequired };
        }
        int start = input.Position;
        input.Byte((byte)'(');
        var numbers = input.KnownSet();
        input.Space();
        var uids = input.KnownSet();
        input.Byte((byte)')');
        return Pair(numbers.Ranges, uids.Ranges)
            ?? throw new ImapSyntaxException("expected as many UIDs as sequence numbers, both ascending", start);
    }

    /// <summary>The highest UID of the run that still has its number; 0 when none has.</summary>
    public uint HighestMatch(MailboxSnapshot told)
    {
        // A UID rises at least as fast as its number: by how much it is ahead of its sample never falls.
        long low = -1, high = Math.Min(Count, told.Count - (long)Number + 1) - 1;
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            if (Ahead(told, middle) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return low >= 0 && Ahead(told, low) == 0 ? (uint)(Uid + low) : 0;
    }

    private long Ahead(MailboxSnapshot told, long at) => told.UidAt((int)(Number - 1 + at)).Value - (Uid + at);

    // Cuts the two sets into runs of the same length.
    private static List<SequenceSample>? Pair(
        IReadOnlyList<(uint First, uint Last)> numbers, IReadOnlyList<(uint First, uint Last)> uids)
    {
        var samples = new List<SequenceSample>();
        ulong numberAfter = 1, uidAfter = 1;
        int n = 0, u = 0;
        (uint First, uint Last) number = numbers[0], uid = uids[0];
        while (n < numbers.Count && u < uids.Count)
        {
            if (number.First < numberAfter || number.Last < number.First || uid.First < uidAfter || uid.Last < uid.First)
            {
                return null;
            }
            uint more = Math.Min(number.Last - number.First, uid.Last - uid.First);
            samples.Add(new(number.First, uid.First, more + 1));
            (numberAfter, uidAfter) = (number.First + more + 1UL, uid.First + more + 1UL);
            if (numberAfter <= number.Last)
            {
                number.First = (uint)numberAfter;
            }
            else if (++n < numbers.Count)
            {
                number = numbers[n];
            }
            if (uidAfter <= uid.Last)
            {
                uid.First = (uint)uidAfter;
            }
            else if (++u < uids.Count)
            {
                uid = uids[u];
            }
        }
        return n == numbers.Count && u == uids.Count ? samples : null;
    }
}
