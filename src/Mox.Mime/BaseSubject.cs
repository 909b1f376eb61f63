namespace Mox.Mime;

/// <summary>Base subjects, by which messages without references are threaded (RFC 5256 section 2.1).</summary>
public static class BaseSubject
{
    private const int MaxLength = 2_000;

    /// <summary>The base subject, in lower case so that it can be compared as it is.</summary>
    public static string Of(string subject) => Of(subject, out _);

    /// <summary>
    /// The base subject, in lower case so that it can be compared as it is, and whether the subject looks like a reply
    /// or a forward.
    /// </summary>
    public static string Of(string subject, out bool isReplyOrForward) => Extract(subject, out isReplyOrForward).ToLowerInvariant();

    /// <summary>The base subject in the case that it is written in, and whether the subject looks like a reply or a forward.</summary>
    public static string Extract(string subject, out bool isReplyOrForward)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var isReply = false;
        // Step 1: decode, white space to single spaces.
        var text = Squeeze(EncodedWord.Decode(subject.Length > MaxLength ? subject[..MaxLength] : subject)).AsSpan();
        while (true)
        {
            text = StripTrailers(text, ref isReply);
            // Steps 3 to 5: leaders, and blobs unless nothing else is left.
            while (StripLeader(ref text, ref isReply) || StripBlob(ref text))
            {
            }
            // Step 6: a whole subject in [fwd: ... ].
            if (text.Length >= 6 && text.StartsWith("[fwd:", StringComparison.OrdinalIgnoreCase) && text[^1] == ']')
            {
                text = text[5..^1];
                isReply = true;
                continue;
            }
            isReplyOrForward = isReply;
            return text.ToString();
        }
    }

    private static ReadOnlySpan<char> StripTrailers(ReadOnlySpan<char> text, scoped ref bool isForward)
    {
        while (true)
        {
            text = text.TrimEnd(' ');
            if (!text.EndsWith("(fwd)", StringComparison.OrdinalIgnoreCase))
            {
                return text;
            }
            text = text[..^5];
            isForward = true;
        }
    }

    /// <summary>subj-leader: white space, or <c>*subj-blob ("re" / "fw" / "fwd") [subj-blob] ":"</c>.</summary>
    private static bool StripLeader(ref ReadOnlySpan<char> text, ref bool isReply)
    {
        if (text is [' ', ..])
        {
            text = text.TrimStart(' ');
            return true;
        }
        var rest = text;
        while (Blob(rest) is > 0 and var length)
        {
            rest = rest[length..];
        }
        var word = rest.StartsWith("fwd", StringComparison.OrdinalIgnoreCase) ? 3
            : rest.StartsWith("re", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("fw", StringComparison.OrdinalIgnoreCase) ? 2
            : 0;
        if (word == 0)
        {
            return false;
        }
        rest = rest[word..].TrimStart(' ');
        rest = rest[Blob(rest)..];
        if (rest is not [':', ..])
        {
            return false;
        }
        text = rest[1..];
        isReply = true;
        return true;
    }

    /// <summary>A leading blob goes, unless it is all there is.</summary>
    private static bool StripBlob(ref ReadOnlySpan<char> text)
    {
        var length = Blob(text);
        if (length == 0 || length == text.Length)
        {
            return false;
        }
        text = text[length..];
        return true;
    }

    /// <summary>The length of <c>"[" *BLOBCHAR "]" *WSP</c> here; 0 when there is none.</summary>
    private static int Blob(ReadOnlySpan<char> text)
    {
        if (text is not ['[', ..])
        {
            return 0;
        }
        var end = text[1..].IndexOfAny('[', ']') + 1;
        if (end == 0 || text[end] != ']')
        {
            return 0;
        }
        end++;
        while (end < text.Length && text[end] == ' ')
        {
            end++;
        }
        return end;
    }

    private static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
