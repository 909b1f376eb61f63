using System.Text;

namespace Mox.Mime;

/// <summary>Message ids of Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4).</summary>
public static class MessageIds
{
    // A References field of a long thread has some hundred; the newest count.
    private const int MaxAncestors = 1_000;
    private const int MaxLength = 1_000;

    // For THREAD a message is linked to so many; scanning ends somewhere too.
    private const int MaxReferences = 100;
    private const int MaxScanned = 10_000;

    /// <summary>
    /// Lower-case, trimmed, without angle brackets: what threads are joined by; null when there is none.
    /// </summary>
    public static string? Canonical(string? text)
    {
        if (text is null)
        {
            return null;
        }
        var id = text.AsSpan();
        var open = id.IndexOf('<');
        if (open >= 0)
        {
            id = id[(open + 1)..];
            var close = id.IndexOf('>');
            id = close < 0 ? id : id[..close];
        }
        id = id.Trim(" \t\r\n<>");
        return id.IsEmpty || id.Length > MaxLength ? null : id.ToString().ToLowerInvariant();
    }

    /// <summary>
    /// References, then In-Reply-To, in canonical form, oldest first, without repeats; the nearest parent is the last.
    /// </summary>
    public static IReadOnlyList<string> Ancestors(string? references, string? inReplyTo)
    {
        if (string.IsNullOrEmpty(references) && string.IsNullOrEmpty(inReplyTo))
        {
            return [];
        }
        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        AddAll(references, ids, seen);
        AddAll(inReplyTo, ids, seen);
        return ids.Count > MaxAncestors ? ids.GetRange(ids.Count - MaxAncestors, MaxAncestors) : ids;
    }

    /// <summary>
    /// The first valid message id of a field, with quotes that need not be there removed, in the case that it is written in; null when
    /// there is none (RFC 5256 section 3, REFERENCES).
    /// </summary>
    public static string? First(string? text) => Valid(text, 1) is [var id] ? id : null;

    /// <summary>
    /// What THREAD links a message to, oldest first: the valid ids of References or, when there is none, the first one of In-Reply-To
    /// (RFC 5256 section 3, REFERENCES). Of very many the first and the last are kept.
    /// </summary>
    public static IReadOnlyList<string> References(string? references, string? inReplyTo)
    {
        var ids = Valid(references, MaxScanned);
        if (ids.Count == 0)
        {
            return Valid(inReplyTo, 1);
        }
        if (ids.Count > MaxReferences)
        {
            ids.RemoveRange(1, ids.Count - MaxReferences);
        }
        return ids;
    }

    private static List<string> Valid(string? text, int max)
    {
        var ids = new List<string>();
        var rest = text.AsSpan();
        while (ids.Count < max && rest.IndexOf('<') is >= 0 and var open)
        {
            rest = rest[(open + 1)..];
            if (TryId(rest, out var id, out var length))
            {
                ids.Add(id);
                rest = rest[length..];
            }
        }
        return ids;
    }

    // id-left "@" id-right ">": white space is passed over, a quoted string gives its content, an "@" within one is none.
    private static bool TryId(ReadOnlySpan<char> text, out string id, out int length)
    {
        id = "";
        length = 0;
        var value = new StringBuilder();
        var quoted = false;
        var at = -1;
        for (var i = 0; i < text.Length && value.Length <= MaxLength; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (quoted)
            {
                i += c == '\\' && i + 1 < text.Length ? 1 : 0;
                value.Append(text[i]);
            }
            else if (c == '>')
            {
                length = i + 1;
                id = value.ToString();
                return at > 0 && at < value.Length - 1;
            }
            else if (c == '<')
            {
                return false;
            }
            else if (c is not (' ' or '\t' or '\r' or '\n'))
            {
                at = c == '@' ? value.Length : at;
                value.Append(c);
            }
        }
        return false;
    }

    private static void AddAll(string? text, List<string> ids, HashSet<string> seen)
    {
        var rest = text.AsSpan();
        while (true)
        {
            // Only what stands in angle brackets: old In-Reply-To fields have prose around it.
            var open = rest.IndexOf('<');
            if (open < 0)
            {
                return;
            }
            rest = rest[(open + 1)..];
            var close = rest.IndexOf('>');
            if (close < 0)
            {
                return;
            }
            var id = rest[..close];
            // A bracket that was never closed stands before this one.
            id = id[(id.LastIndexOf('<') + 1)..];
            if (Canonical(id.ToString()) is { } canonical && seen.Add(canonical))
            {
                ids.Add(canonical);
            }
            rest = rest[(close + 1)..];
        }
    }
}
