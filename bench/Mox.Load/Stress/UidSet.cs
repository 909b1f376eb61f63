using System.Globalization;
using System.Text;

namespace Mox.Load.Stress;

/// <summary>Sets of numbers as IMAP writes them: <c>1:3,5</c>.</summary>
internal static class UidSet
{
    // More in one set than any mailbox here has is the server's mistake.
    private const int MaxNumbers = 1_000_000;

    public static List<uint> Parse(string text)
    {
        List<uint> numbers = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split(':');
            uint first = uint.Parse(ends[0], CultureInfo.InvariantCulture);
            uint last = ends.Length > 1 ? uint.Parse(ends[1], CultureInfo.InvariantCulture) : first;
            if (last < first || numbers.Count + (long)last - first > MaxNumbers)
            {
                throw new LoadException($"a set that cannot be: {part}");
            }

            for (uint number = first; number <= last; number++)
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    /// <summary>Of ascending numbers.</summary>
    public static string Format(IReadOnlyList<uint> numbers)
    {
        StringBuilder text = new();
        for (int i = 0; i < numbers.Count; i++)
        {
            int last = i;
            while (last + 1 < numbers.Count && numbers[last + 1] == numbers[last] + 1)
            {
                last++;
            }

            text.Append(text.Length > 0 ? "," : "").Append(numbers[i]);
            if (last > i)
            {
                text.Append(':').Append(numbers[last]);
            }

            i = last;
        }

        return text.ToString();
    }
}
