using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>What a FETCH or UIDFETCH response tells of a message; null is what it does not tell.</summary>
internal sealed record Fetched(uint? Uid, HashSet<string>? Flags, long? ModSeq, int? Size, int? Content)
{
    public static Fetched Parse(string items)
    {
        HashSet<string>? flags = Between(items, "FLAGS (", ")") is { } list
            ? new(list.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase) : null;
        return new Fetched(
            (uint?)Number(items, "UID "), flags, Number(items, "MODSEQ ("), (int?)Number(items, "RFC822.SIZE "),
            (int?)Number(items, $"<{StressMessage.IdPrefix}"));
    }

    private static long? Number(string items, string before)
    {
        int from = items.IndexOf(before, StringComparison.Ordinal);
        if (from < 0)
        {
            return null;
        }

        int to = from += before.Length;
        while (to < items.Length && char.IsAsciiDigit(items[to]))
        {
            to++;
        }

        return long.Parse(items.AsSpan(from, to - from), CultureInfo.InvariantCulture);
    }

    private static string? Between(string items, string before, string after)
    {
        int from = items.IndexOf(before, StringComparison.Ordinal);
        return from < 0 ? null : items[(from + before.Length)..items.IndexOf(after, from, StringComparison.Ordinal)];
    }
}

/// <summary>The messages of the stress program: each has a number in its Message-ID, by which it is known wherever it goes.</summary>
internal static class StressMessage
{
    public const string IdPrefix = "stress.";

    public static byte[] Make(int number, int lines) => System.Text.Encoding.ASCII.GetBytes(
        $"From: a@load.example\r\nSubject: stress {number}\r\nMessage-ID: <{IdPrefix}{number}@load.example>\r\n\r\n"
        + string.Concat(Enumerable.Repeat("A line of text that says nothing.\r\n", lines)));
}
