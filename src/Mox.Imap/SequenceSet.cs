using System.Globalization;
using System.Text;

namespace Mox.Imap;

/// <summary>A sequence-set as the client wrote it: numbers, ranges and <c>*</c> (RFC 3501 section 9).</summary>
/// <remarks>
/// Immutable. It says nothing of sequence numbers or UIDs: <see cref="Resolve"/> gives the ranges for a mailbox whose
/// largest number is known. <c>*</c> is kept as <see cref="Star"/>.
/// </remarks>
internal sealed class SequenceSet
{
    /// <summary>Stands for <c>*</c>, the largest number in use.</summary>
    public const uint Star = 0;

    private readonly (uint First, uint Last)[] _ranges;

    /// <summary><c>$</c>: the messages of the last search with SAVE (RFC 5182 section 2.1).</summary>
    public static SequenceSet Saved { get; } = new([]);

    public SequenceSet((uint First, uint Last)[] ranges) => _ranges = ranges;

    /// <summary>Whether this is <c>$</c>, which only the selected mailbox knows the meaning of.</summary>
    public bool IsSaved => ReferenceEquals(this, Saved);

    /// <summary>As the client wrote them.</summary>
    public IReadOnlyList<(uint First, uint Last)> Ranges => _ranges;

    /// <summary>Whether it has <c>*</c>.</summary>
    public bool HasStar => Array.Exists(_ranges, r => r.First == Star || r.Last == Star);

    /// <summary>How many ranges the client wrote.</summary>
    public int Count => _ranges.Length;

    /// <summary>
    /// The ranges in ascending order, merged, both ends inclusive, with <c>*</c> replaced. A range is the same whichever
    /// way round it was written, and <c>559:*</c> holds the largest number even when that is below 559 (RFC 3501 section 6.4.8).
    /// With nothing in the mailbox (<paramref name="largest"/> 0) <c>*</c> stands for nothing.
    /// </summary>
    public List<(uint First, uint Last)> Resolve(uint largest)
    {
        var resolved = new List<(uint First, uint Last)>(_ranges.Length);
        foreach (var (first, last) in _ranges)
        {
            if (largest == 0 && (first == Star || last == Star))
            {
                continue;
            }
            uint a = first == Star ? largest : first, b = last == Star ? largest : last;
            resolved.Add(a <= b ? (a, b) : (b, a));
        }
        resolved.Sort();
        int count = 0;
        for (int i = 0; i < resolved.Count; i++)
        {
            var range = resolved[i];
            if (count > 0 && range.First <= (ulong)resolved[count - 1].Last + 1)
            {
                resolved[count - 1] = (resolved[count - 1].First, Math.Max(resolved[count - 1].Last, range.Last));
            }
            else
            {
                resolved[count++] = range;
            }
        }
        resolved.RemoveRange(count, resolved.Count - count);
        return resolved;
    }

    /// <summary>Whether any number of the set is above <paramref name="largest"/>; <c>*</c> never is, unless there is none.</summary>
    public bool HasAbove(uint largest)
    {
        foreach (var (first, last) in _ranges)
        {
            if (first > largest || last > largest || (largest == 0 && (first == Star || last == Star)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Writes ascending numbers as a set: <c>1:3,5</c>.</summary>
    public static string Format(IEnumerable<uint> ascending)
    {
        var text = new StringBuilder();
        uint first = 0, last = 0;
        foreach (uint number in ascending)
        {
            if (last != 0 && number == last + 1)
            {
                last = number;
                continue;
            }
            AppendRange(text, first, last);
            first = last = number;
        }
        AppendRange(text, first, last);
        return text.ToString();
    }

    public override string ToString()
    {
        if (IsSaved)
        {
            return "$";
        }
        var text = new StringBuilder();
        foreach (var (first, last) in _ranges)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(Number(first));
            if (first != last)
            {
                text.Append(':').Append(Number(last));
            }
        }
        return text.ToString();
    }

    private static string Number(uint number) => number == Star ? "*" : number.ToString(CultureInfo.InvariantCulture);

    private static void AppendRange(StringBuilder text, uint first, uint last)
    {
        if (last == 0)
        {
            return;
        }
        text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{first}");
        if (first != last)
        {
            text.Append(CultureInfo.InvariantCulture, $":{last}");
        }
    }
}
