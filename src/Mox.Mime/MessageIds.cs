namespace Mox.Mime;

/// <summary>Message ids of Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4).</summary>
public static class MessageIds
{
    // A References field of a long thread has some hundred; the newest count.
    private const int MaxAncestors = 1_000;
    private const int MaxLength = 1_000;

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
