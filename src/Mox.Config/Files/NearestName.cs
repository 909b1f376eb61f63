namespace Mox.Config.Files;

/// <summary>Finds what a mistyped name was meant to be.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits (case does not count), or null when none is near.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        // A bound for hostile names: nothing that long is near to an option.
        if (name.Length > 64)
        {
            return null;
        }

        (string? best, int distance) = (null, (Math.Max(name.Length, 3) / 2) + 1);
        foreach (string candidate in candidates)
        {
            // A name that was cut short is as near as a slip of one letter.
            bool isStart = name.Length > 2 && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase);
            int edits = isStart ? 1 : Edits(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < distance)
            {
                (best, distance) = (candidate, edits);
            }
        }

        return best;
    }

    // Levenshtein distance, one row at a time.
    private static int Edits(string from, string to)
    {
        Span<int> row = stackalloc int[to.Length + 1];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = i;
        }

        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
