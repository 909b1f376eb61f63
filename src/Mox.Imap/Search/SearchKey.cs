using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>A search key (RFC 3501 section 6.4.4), as a tree of bounded depth.</summary>
internal abstract record SearchKey
{
    /// <summary>How deep NOT, OR and parentheses may nest.</summary>
    public const int MaxDepth = 50;

    // Each is asked for each message.
    private const int MaxKeys = 5000;

    /// <summary>All keys, separated by spaces, to the end of the command.</summary>
    public static SearchKey ParseAll(ref ImapScanner input)
    {
        var keys = new List<SearchKey>();
        int count = 0;
        do
        {
            keys.Add(Parse(ref input, 0, ref count));
        }
        while (input.TrySpace());
        return keys.Count == 1 ? keys[0] : new AndKey(keys);
    }

    private static SearchKey Parse(ref ImapScanner input, int depth, ref int count)
    {
        if (++count > MaxKeys)
        {
            throw new ImapSyntaxException($"more than {MaxKeys} search keys", input.Position);
        }
        if (depth > MaxDepth)
        {
            throw new ImapSyntaxException($"search keys are nested more than {MaxDepth} deep", input.Position);
        }
        if (input.TryByte((byte)'('))
        {
            var keys = new List<SearchKey>();
            do
            {
                keys.Add(Parse(ref input, depth + 1, ref count));
            }
            while (input.TrySpace());
            input.Byte((byte)')');
            return keys.Count == 1 ? keys[0] : new AndKey(keys);
        }
        if (input.Peek((byte)'$'))
        {
            // Without SEARCHRES a key cannot begin so (RFC 5182 section 2.1).
            return new SequenceKey(input.SequenceSet());
        }
        if (!input.AtEnd && input.Rest[0] is (byte)'*' or (>= (byte)'0' and <= (byte)'9'))
        {
            return input.UidOnly
                ? throw new ImapSyntaxException("there are no sequence numbers now", input.Position) { Code = ResponseCodes.UidRequired }
                : new SequenceKey(input.SequenceSet());
        }
        int start = input.Position;
        string name = input.Word();
        switch (name)
        {
            case "NOT":
                input.Space();
                return new NotKey(Parse(ref input, depth + 1, ref count));
            case "OR":
                input.Space();
                var left = Parse(ref input, depth + 1, ref count);
                input.Space();
                return new OrKey(left, Parse(ref input, depth + 1, ref count));
            default:
                return Simple(ref input, name) ?? throw new ImapSyntaxException("expected a search key", start);
        }
    }

    private static SearchKey? Simple(ref ImapScanner input, string name) => name switch
    {
        "ALL" => new AllKey(true),
        // \Recent is not kept: no message is recent, none is new, all are old.
        "NEW" or "RECENT" => new AllKey(false),
        "OLD" => new AllKey(true),
        "ANSWERED" => new FlagKey(MessageFlags.Answered, true),
        "UNANSWERED" => new FlagKey(MessageFlags.Answered, false),
        "DELETED" => new FlagKey(MessageFlags.Deleted, true),
        "UNDELETED" => new FlagKey(MessageFlags.Deleted, false),
        "DRAFT" => new FlagKey(MessageFlags.Draft, true),
        "UNDRAFT" => new FlagKey(MessageFlags.Draft, false),
        "FLAGGED" => new FlagKey(MessageFlags.Flagged, true),
        "UNFLAGGED" => new FlagKey(MessageFlags.Flagged, false),
        "SEEN" => new FlagKey(MessageFlags.Seen, true),
        "UNSEEN" => new FlagKey(MessageFlags.Seen, false),
        "KEYWORD" => Keyword(ref input, true),
        "UNKEYWORD" => Keyword(ref input, false),
        "BEFORE" or "ON" or "SINCE" => new DateKey(SearchDate.Received, Compare(name), Date(ref input)),
        // SAVEDATE (RFC 8514 section 4): every mailbox keeps it.
        "SAVEDBEFORE" or "SAVEDON" or "SAVEDSINCE" => new DateKey(SearchDate.Saved, Compare(name[5..]), Date(ref input)),
        "SAVEDATESUPPORTED" => new AllKey(true),
        // WITHIN (RFC 5032 section 3)
        "OLDER" or "YOUNGER" => new AgeKey(name == "OLDER", NzNumber(ref input)),
        "SENTBEFORE" or "SENTON" or "SENTSINCE" => new DateKey(SearchDate.Sent, Compare(name[4..]), Date(ref input)),
        "LARGER" => new SizeKey(true, Number64(ref input)),
        "SMALLER" => new SizeKey(false, Number64(ref input)),
        "UID" => new UidKey(Set(ref input)),
        "SUBJECT" or "FROM" or "TO" or "CC" or "BCC" => Envelope(name, Text(ref input)),
        "HEADER" => new HeaderKey(Text(ref input), Text(ref input)),
        "BODY" => new TextKey(Text(ref input), InHeader: false),
        "TEXT" => new TextKey(Text(ref input), InHeader: true),
        "MODSEQ" => ModSeqKey(ref input),
        // OBJECTID (RFC 8474 section 6)
        "EMAILID" => new EmailIdKey(Email(ref input)),
        "THREADID" => new ThreadIdKey(Thread(ref input)),
        _ => null,
    };

    private static DateCompare Compare(string name) => name switch
    {
        "BEFORE" => DateCompare.Before,
        "ON" => DateCompare.On,
        _ => DateCompare.Since,
    };

    private static SearchKey Keyword(ref ImapScanner input, bool set)
    {
        input.Space();
        var (flag, keyword) = ImapFlags.Flag(ref input);
        return keyword is null ? new FlagKey(flag, set) : new KeywordKey(keyword, set);
    }

    private static SearchKey Envelope(string field, string text) => text.Length == 0 ? new HeaderKey(field, text) : new EnvelopeKey(
        field,
        field switch
        {
            "SUBJECT" => HeaderTextColumns.Subject,
            "FROM" => HeaderTextColumns.From,
            "TO" => HeaderTextColumns.To,
            "CC" => HeaderTextColumns.Cc,
            _ => HeaderTextColumns.Bcc,
        },
        text);

    // The name of a flag may stand before the value; flags here have no modseq of their own (RFC 7162 section 3.1.5).
    private static ModSeqKey ModSeqKey(ref ImapScanner input)
    {
        input.Space();
        if (input.Peek((byte)'"'))
        {
            int start = input.Position;
            if (input.StringBytes() is not { Length: > 7 } entry || !entry.AsSpan().StartsWith("/flags/"u8))
            {
                throw new ImapSyntaxException("expected \"/flags/...\"", start);
            }
            input.Space();
            if (!input.TryWord("all"u8) && !input.TryWord("priv"u8) && !input.TryWord("shared"u8))
            {
                throw input.Expected("\"all\", \"priv\" or \"shared\"");
            }
            input.Space();
        }
        return new ModSeqKey(new ModSeq(input.Number64()));
    }

    private static DateOnly Date(ref ImapScanner input)
    {
        input.Space();
        return input.Date();
    }

    private static long Number64(ref ImapScanner input)
    {
        input.Space();
        return input.Number64();
    }

    private static uint NzNumber(ref ImapScanner input)
    {
        input.Space();
        return input.NzNumber();
    }

    private static SequenceSet Set(ref ImapScanner input)
    {
        input.Space();
        return input.SequenceSet();
    }

    private static long? Email(ref ImapScanner input)
    {
        input.Space();
        return ObjectIds.Email(ref input);
    }

    private static long? Thread(ref ImapScanner input)
    {
        input.Space();
        return ObjectIds.Thread(ref input);
    }

    private static string Text(ref ImapScanner input)
    {
        input.Space();
        return input.Astring();
    }
}

/// <summary>How a date is compared: the day, without time and zone.</summary>
internal enum DateCompare
{
    Before,
    On,
    Since,
}

internal sealed record AllKey(bool Matches) : SearchKey;

internal sealed record AndKey(IReadOnlyList<SearchKey> Keys) : SearchKey;

internal sealed record OrKey(SearchKey Left, SearchKey Right) : SearchKey;

internal sealed record NotKey(SearchKey Key) : SearchKey;

internal sealed record FlagKey(MessageFlags Flag, bool IsSet) : SearchKey;

internal sealed record KeywordKey(string Keyword, bool IsSet) : SearchKey;

internal sealed record SequenceKey(SequenceSet Set) : SearchKey;

internal sealed record UidKey(SequenceSet Set) : SearchKey;

/// <summary>The dates that a message has.</summary>
internal enum SearchDate
{
    /// <summary>INTERNALDATE, which is shown in UTC, so its day is that of UTC.</summary>
    Received,

    /// <summary>When it came into the mailbox (RFC 8514 section 4).</summary>
    Saved,

    /// <summary>Its Date header, whose day is the one that stands there.</summary>
    Sent,
}

internal sealed record DateKey(SearchDate Which, DateCompare Compare, DateOnly Date) : SearchKey;

/// <summary>INTERNALDATE is so long ago, or longer; or not longer.</summary>
internal sealed record AgeKey(bool Older, long Seconds) : SearchKey;

internal sealed record SizeKey(bool Larger, long Bytes) : SearchKey;

/// <summary>The content; null for an identity that none can have.</summary>
internal sealed record EmailIdKey(long? Id) : SearchKey;

/// <summary>The thread that a message came into.</summary>
internal sealed record ThreadIdKey(long? Id) : SearchKey;

internal sealed record ModSeqKey(ModSeq AtLeast) : SearchKey;

/// <summary>A field of the envelope holds a text, which is not empty.</summary>
internal sealed record EnvelopeKey(string Field, HeaderTextColumns Column, string Text) : SearchKey;

/// <summary>A header field holds a text; with an empty text, the field is there.</summary>
internal sealed record HeaderKey(string Field, string Text) : SearchKey;

/// <summary>BODY, or TEXT with the header too.</summary>
internal sealed record TextKey(string Text, bool InHeader) : SearchKey;
