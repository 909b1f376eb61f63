using System.Globalization;

namespace Mox.Imap.Search;

/// <summary>A window of an ordered result, both ends inclusive: <c>1:500</c> from its begin, <c>-1:-100</c> from its end (RFC 9394 section 3.1).</summary>
internal readonly record struct PartialRange(long First, long Last)
{
    /// <summary>partial-range = partial-range-first / partial-range-last.</summary>
    public static PartialRange Parse(ref ImapScanner input)
    {
        bool fromEnd = input.TryByte((byte)'-');
        long first = input.NzNumber();
        input.Byte((byte)':');
        if (fromEnd)
        {
            input.Byte((byte)'-');
        }
        long last = input.NzNumber();
        return fromEnd ? new(-first, -last) : new(first, last);
    }

    /// <summary>Where the window begins in a result of so many, and how many are in it.</summary>
    public (int Start, int Count) Of(int count)
    {
        long low = Math.Min(First, Last), high = Math.Max(First, Last);
        long start = Math.Max(low < 0 ? count + low : low - 1, 0);
        long end = Math.Min(high < 0 ? count + high + 1 : high, count);
        return end <= start ? (0, 0) : ((int)start, (int)(end - start));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}:{Last}");
}
