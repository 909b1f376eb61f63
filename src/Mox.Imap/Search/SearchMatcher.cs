using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>Whether a message matches, as far as is known.</summary>
internal enum SearchAnswer
{
    No,
    Yes,

    /// <summary>Its row or its bytes must be looked at.</summary>
    NeedsMore,
}

/// <summary>A message under search: its place, its entry, and what has been read of it so far.</summary>
internal readonly record struct SearchSubject(int Index, MessageEntry Entry, MessageRow? Row = null, MessageText? Text = null);

/// <summary>Answers search keys for one message after the other.</summary>
internal sealed class SearchMatcher
{
    private readonly SearchKey _key;
    private readonly SearchScope _scope;
    private readonly Dictionary<SearchKey, IReadOnlyList<(uint First, uint Last)>> _sets = new(ReferenceEqualityComparer.Instance);

    public SearchMatcher(SearchKey key, SearchScope scope)
    {
        _key = key;
        _scope = scope;
        Prepare(key, scope.Told);
    }

    /// <summary>A key asks for MODSEQ, so the result tells it.</summary>
    public bool UsesModSeq { get; private set; }

    /// <summary>What rows must have.</summary>
    public MessageColumns Columns { get; private set; }

    public SearchAnswer Match(in SearchSubject subject) => Match(_key, subject);

    // The depth of the tree is bounded by SearchKey.MaxDepth.
    private SearchAnswer Match(SearchKey key, in SearchSubject subject)
    {
        switch (key)
        {
            case AndKey and:
                return And(and.Keys, subject);
            case OrKey or:
                var left = Match(or.Left, subject);
                var right = left == SearchAnswer.Yes ? left : Match(or.Right, subject);
                return left == SearchAnswer.Yes || right == SearchAnswer.Yes ? SearchAnswer.Yes
                    : left == SearchAnswer.NeedsMore ? left : right;
            case NotKey not:
                var answer = Match(not.Key, subject);
                return answer == SearchAnswer.NeedsMore ? answer : Is(answer == SearchAnswer.No);
            case HeaderKey header:
                return Header(header, subject);
            case TextKey text:
                return subject.Text is { } content ? Is(content.Contains(text.Text, text.InHeader)) : SearchAnswer.NeedsMore;
            case SentKey sent:
                return subject.Row is { } row
                    ? Is(SentDate.Of(row) is { } date && Compare(sent.Compare, date, sent.Date)) : SearchAnswer.NeedsMore;
            default:
                return Is(MatchEntry(key, subject));
        }
    }

    private SearchAnswer And(IReadOnlyList<SearchKey> keys, in SearchSubject subject)
    {
        var answer = SearchAnswer.Yes;
        for (int i = 0; i < keys.Count; i++)
        {
            var one = Match(keys[i], subject);
            if (one == SearchAnswer.No)
            {
                return one;
            }
            answer = one == SearchAnswer.NeedsMore ? one : answer;
        }
        return answer;
    }

    private bool MatchEntry(SearchKey key, in SearchSubject subject) => key switch
    {
        AllKey all => all.Matches,
        FlagKey flag => (subject.Entry.Flags & flag.Flag) != 0 == flag.IsSet,
        KeywordKey keyword => subject.Entry.Keywords.Contains(keyword.Keyword) == keyword.IsSet,
        SequenceKey { Set.IsSaved: true } or UidKey => InSet(key, subject.Entry.Uid.Value),
        SequenceKey => InSet(key, (uint)subject.Index + 1),
        // INTERNALDATE is shown in UTC, so its day is that of UTC.
        ReceivedKey received => Compare(
            received.Compare, DateOnly.FromDateTime(subject.Entry.ReceivedAt.UtcDateTime), received.Date),
        SizeKey size => size.Larger ? subject.Entry.SizeBytes > size.Bytes : subject.Entry.SizeBytes < size.Bytes,
        ModSeqKey modSeq => subject.Entry.ModSeq >= modSeq.AtLeast,
        _ => throw new InvalidOperationException("A search key that nobody answers."),
    };

    private static SearchAnswer Header(HeaderKey key, in SearchSubject subject)
    {
        if (subject.Row is not { } row)
        {
            return SearchAnswer.NeedsMore;
        }
        if (InRow(key))
        {
            string? text = key.Field.ToUpperInvariant() switch
            {
                "SUBJECT" => row.Subject,
                "FROM" => row.From,
                "TO" => row.To,
                "CC" => row.Cc,
                _ => row.Bcc,
            };
            return Is(text is not null && text.Contains(key.Text, StringComparison.OrdinalIgnoreCase));
        }
        return subject.Text is { } content ? Is(content.HeaderContains(key.Field, key.Text)) : SearchAnswer.NeedsMore;
    }

    // The usual fields stand decoded in the row; of all others, and whether there is one, only the message knows.
    private static bool InRow(HeaderKey key) =>
        key.Text.Length > 0 && key.Field.ToUpperInvariant() is ("SUBJECT" or "FROM" or "TO" or "CC" or "BCC");

    private bool InSet(SearchKey key, uint number)
    {
        var ranges = _sets[key];
        int low = 0, high = ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (number < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (number > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }
        return false;
    }

    private void Prepare(SearchKey key, MailboxSnapshot told)
    {
        switch (key)
        {
            case AndKey and:
                foreach (var one in and.Keys)
                {
                    Prepare(one, told);
                }
                break;
            case OrKey or:
                Prepare(or.Left, told);
                Prepare(or.Right, told);
                break;
            case NotKey not:
                Prepare(not.Key, told);
                break;
            case SequenceKey { Set.IsSaved: true } or UidKey { Set.IsSaved: true }:
                _sets[key] = _scope.Saved?.UidRanges ?? [];
                break;
            case SequenceKey sequence:
                _sets[key] = sequence.Set.Resolve((uint)told.Count);
                break;
            case UidKey uid:
                _sets[key] = uid.Set.Resolve(told.Count == 0 ? 0 : told.UidAt(told.Count - 1).Value);
                break;
            case ModSeqKey:
                UsesModSeq = true;
                break;
            case HeaderKey header:
                Columns |= !InRow(header) ? MessageColumns.MimeTree | MessageColumns.Prefix
                    : header.Field.Equals("SUBJECT", StringComparison.OrdinalIgnoreCase) ? MessageColumns.Subject
                    : MessageColumns.Summary;
                break;
            case SentKey:
                Columns |= MessageColumns.Envelope;
                break;
            case TextKey:
                Columns |= MessageColumns.MimeTree | MessageColumns.Prefix;
                break;
        }
    }

    private static bool Compare(DateCompare compare, DateOnly date, DateOnly with) => compare switch
    {
        DateCompare.Before => date < with,
        DateCompare.On => date == with,
        _ => date >= with,
    };

    private static SearchAnswer Is(bool matches) => matches ? SearchAnswer.Yes : SearchAnswer.No;
}
