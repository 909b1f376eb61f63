using System.Text;
using Mox.Mime;

namespace Mox.Store;

/// <summary>A text that is looked for, as a full-text query: every row that holds the text has all of its trigrams.</summary>
internal static class IndexNeedle
{
    /// <summary>Trigrams asked for; those after them would leave out little more.</summary>
    public const int MaxTrigrams = 24;

    /// <summary>The query; null when the text is too short for one.</summary>
    public static string? Query(string needle)
    {
        Rune[] text = [.. UnicodeCasemap.Fold(needle).EnumerateRunes().Take(MaxTrigrams + 2)];
        // NUL ends a query, and is not in the index.
        if (text.Length < 3 || Array.Exists(text, rune => rune.Value == 0))
        {
            return null;
        }

        var query = new StringBuilder();
        var seen = new HashSet<(Rune, Rune, Rune)>();
        for (int i = 0; i + 2 < text.Length; i++)
        {
            if (seen.Add((text[i], text[i + 1], text[i + 2])))
            {
                query.Append(query.Length == 0 ? "\"" : " AND \"");
                Append(query, text[i]);
                Append(query, text[i + 1]);
                Append(query, text[i + 2]);
                query.Append('"');
            }
        }

        return query.ToString();
    }

    private static void Append(StringBuilder query, Rune rune) => query.Append(rune.Value == '"' ? "\"\"" : rune.ToString());
}
