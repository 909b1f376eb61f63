using System.Text;
using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>Answers search keys for the messages of a run at once, as far as what has been read of them goes.</summary>
/// <remarks>Not thread-safe. The depth of the recursion is bounded by SearchKey.MaxDepth.</remarks>
internal sealed class RunMatcher
{
    private const long SecondsADay = 24 * 60 * 60;

    // As far as any zone is from UTC.
    private const long SecondsOfZone = 14 * 60 * 60;

    private readonly Account _account;
    private readonly ITextIndex _index;
    private readonly Dictionary<SearchKey, IReadOnlySet<long>> _members = new(ReferenceEqualityComparer.Instance);
    private readonly SearchScope _scope;
    private readonly SearchKey _key;
    private readonly Dictionary<SearchKey, IReadOnlyList<(uint First, uint Last)>> _sets = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SearchKey, byte[]> _folded = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SearchKey, TextCandidates?> _candidates = new(ReferenceEqualityComparer.Instance);

    public RunMatcher(SearchKey key, SearchScope scope, Account account)
    {
        _scope = scope;
        _account = account;
        _index = account.TextIndex;
        _key = CheapFirst(key);
    }

    /// <summary>Which of some messages of a run match, and which of them only more can tell of.</summary>
    public (RunMask Yes, RunMask Open) Match(in SnapshotRun run, in SearchSources? sources, RunMask among) =>
        Match(_key, run, sources, among);

    private (RunMask Yes, RunMask Open) Match(SearchKey key, in SnapshotRun run, in SearchSources? sources, RunMask among)
    {
        switch (key)
        {
            case AndKey and:
                var (left, anyOpen) = (among, RunMask.None);
                for (int i = 0; i < and.Keys.Count && !left.IsEmpty; i++)
                {
                    var (yes, open) = Match(and.Keys[i], run, sources, left);
                    (left, anyOpen) = (yes | open, anyOpen | open);
                }
                return (left - anyOpen, left & anyOpen);
            case OrKey or:
                var one = Match(or.Left, run, sources, among);
                var other = Match(or.Right, run, sources, among - one.Yes);
                return (one.Yes | other.Yes, (one.Open | other.Open) - (one.Yes | other.Yes));
            case NotKey not:
                var inner = Match(not.Key, run, sources, among);
                return (among - inner.Yes - inner.Open, inner.Open);
            case EnvelopeKey envelope:
                return Envelope(envelope, sources, among);
            case HeaderKey header:
                return sources?.Message is { } message
                    ? (All(message.HeaderContains(header.Field, header.Text), among), RunMask.None)
                    : (RunMask.None, MayMatch(header, run, among));
            case TextKey text:
                return sources?.Message is { } whole
                    ? (All(whole.Contains(text.Text, text.InHeader), among), RunMask.None)
                    : (RunMask.None, MayMatch(text, run, among));
            case DateKey { Which: SearchDate.Sent } sent:
                return Sent(sent, sources, among);
            default:
                return (Columns(key, run) & among, RunMask.None);
        }
    }

    // What the snapshot has.
    private RunMask Columns(SearchKey key, in SnapshotRun run) => key switch
    {
        AllKey all => all.Matches ? RunMask.Range(0, run.Count) : RunMask.None,
        FlagKey flag => RunMask.Where(run.Flags, new FlagTest(flag.Flag, flag.IsSet)),
        KeywordKey keyword => Keyword(keyword, run),
        SequenceKey { Set.IsSaved: false } => Positions(Ranges(key), run),
        SequenceKey or UidKey => Uids(Ranges(key), run),
        DateKey date => RunMask.Where(date.Which == SearchDate.Saved ? run.SavedAtSeconds : run.ReceivedAtSeconds, Range(date)),
        AgeKey age => RunMask.Where(run.ReceivedAtSeconds, Range(age, _scope.Now.ToUnixTimeSeconds())),
        SizeKey { Larger: true } size => RunMask.Where(run.SizesInBytes, new RangeTest(Math.Min(size.Bytes, long.MaxValue - 1) + 1, long.MaxValue)),
        SizeKey size => RunMask.Where(run.SizesInBytes, new RangeTest(0, size.Bytes - 1)),
        EmailIdKey email => email.Id is { } id ? RunMask.Where(run.MessageIds, new RangeTest(id, id)) : RunMask.None,
        ThreadIdKey thread => RunMask.Where(run.MessageIds, new MemberTest(Members(thread))),
        ModSeqKey modSeq => RunMask.Where(run.ModSeqs, new RangeTest(modSeq.AtLeast.Value, long.MaxValue)),
        _ => throw new InvalidOperationException("A search key that nobody answers."),
    };

    private static RunMask Keyword(KeywordKey key, in SnapshotRun run) => run.Keywords.IsEmpty
        ? key.IsSet ? RunMask.None : RunMask.Range(0, run.Count)
        : RunMask.Where(run.Keywords, new KeywordTest(key));

    private static RunMask Positions(IReadOnlyList<(uint First, uint Last)> ranges, in SnapshotRun run)
    {
        var mask = RunMask.None;
        uint first = (uint)run.Start + 1, last = (uint)(run.Start + run.Count);
        for (int i = FirstEndingAt(ranges, first); i < ranges.Count && ranges[i].First <= last; i++)
        {
            mask |= RunMask.Range((int)(Math.Max(ranges[i].First, first) - first), (int)(Math.Min(ranges[i].Last, last) - first) + 1);
        }
        return mask;
    }

    private static RunMask Uids(IReadOnlyList<(uint First, uint Last)> ranges, in SnapshotRun run)
    {
        var mask = RunMask.None;
        for (int i = FirstEndingAt(ranges, run.Uids[0]); i < ranges.Count && ranges[i].First <= run.Uids[^1]; i++)
        {
            int from = run.Uids.BinarySearch(ranges[i].First), to = run.Uids.BinarySearch(ranges[i].Last);
            mask |= RunMask.Range(from < 0 ? ~from : from, to < 0 ? ~to : to + 1);
        }
        return mask;
    }

    // Ranges ascend and are apart.
    private static int FirstEndingAt(IReadOnlyList<(uint First, uint Last)> ranges, uint least)
    {
        int low = 0, high = ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = ranges[middle].Last < least ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private (RunMask Yes, RunMask Open) Envelope(EnvelopeKey key, in SearchSources? sources, RunMask among)
    {
        if (sources is not { } read)
        {
            return (RunMask.None, among);
        }
        byte[] needle = Folded(key);
        RunMask.Builder yes = default, open = default;
        foreach (int i in among)
        {
            int at = read.TextAt[i];
            if (read.Texts.Contains(at, key.Column, needle)
                || (read.Texts.MayBeCut(at, key.Column) && read.Message?.HeaderContains(key.Field, key.Text) == true))
            {
                yes.Add(i);
            }
            else if (read.Texts.MayBeCut(at, key.Column) && read.Message is null)
            {
                open.Add(i);
            }
        }
        return (yes.Build(), open.Build());
    }

    private static (RunMask Yes, RunMask Open) Sent(DateKey key, in SearchSources? sources, RunMask among)
    {
        if (sources is not { } read)
        {
            return (RunMask.None, among);
        }
        var range = Range(key);
        RunMask.Builder yes = default, open = default;
        foreach (int i in among)
        {
            if (read.Texts.SentAtSeconds(read.TextAt[i]) is not { } sentAt)
            {
                continue;
            }
            bool earliest = range.Passes(sentAt - SecondsOfZone), latest = range.Passes(sentAt + SecondsOfZone);
            if ((earliest && latest) || (read.Message?.SentDate is { } date && range.Passes(Seconds(date))))
            {
                yes.Add(i);
            }
            else if (read.Message is null && (earliest || latest || range.Passes(sentAt)))
            {
                open.Add(i);
            }
        }
        return (yes.Build(), open.Build());
    }

    // The index leaves no match out, so what it does not name need not be opened.
    private RunMask MayMatch(SearchKey key, in SnapshotRun run, RunMask among)
    {
        if (!_candidates.TryGetValue(key, out var candidates))
        {
            candidates = key switch
            {
                TextKey text => _index.Find(text.Text, text.InHeader ? TextScope.HeaderAndBody : TextScope.Body),
                HeaderKey { Text: "" } header => _index.Find(header.Field + ":", TextScope.Header),
                HeaderKey header => _index.Find(header.Text, TextScope.Header),
                _ => null,
            };
            _candidates.Add(key, candidates);
        }
        if (candidates is null)
        {
            return among;
        }
        var may = new RunMask.Builder();
        foreach (int i in among)
        {
            if (candidates.MayMatch(new MessageId(run.MessageIds[i])))
            {
                may.Add(i);
            }
        }
        return may.Build();
    }

    private IReadOnlyList<(uint First, uint Last)> Ranges(SearchKey key)
    {
        if (!_sets.TryGetValue(key, out var ranges))
        {
            var told = _scope.Told;
            ranges = key switch
            {
                SequenceKey { Set.IsSaved: true } or UidKey { Set.IsSaved: true } => _scope.Saved?.UidRanges ?? [],
                SequenceKey sequence => sequence.Set.Resolve((uint)told.Count),
                UidKey uid => uid.Set.Resolve(told.Count == 0 ? 0 : told.UidAt(told.Count - 1).Value),
                _ => [],
            };
            _sets.Add(key, ranges);
        }
        return ranges;
    }

    private IReadOnlySet<long> Members(ThreadIdKey key)
    {
        if (!_members.TryGetValue(key, out var members))
        {
            _members.Add(key, members = key.Id is { } id ? _account.ReadThread(id) : new HashSet<long>());
        }
        return members;
    }

    private byte[] Folded(EnvelopeKey key)
    {
        if (!_folded.TryGetValue(key, out byte[]? folded))
        {
            _folded.Add(key, folded = Encoding.UTF8.GetBytes(UnicodeCasemap.Fold(key.Text)));
        }
        return folded;
    }

    private static RunMask All(bool matches, RunMask among) => matches ? among : RunMask.None;

    private static RangeTest Range(DateKey key) => key.Compare switch
    {
        DateCompare.Before => new(long.MinValue, Seconds(key.Date) - 1),
        DateCompare.On => new(Seconds(key.Date), Seconds(key.Date) + SecondsADay - 1),
        _ => new(Seconds(key.Date), long.MaxValue),
    };

    // A message that is exactly as old is both (RFC 5032 section 3).
    private static RangeTest Range(AgeKey key, long now) =>
        key.Older ? new(long.MinValue, now - key.Seconds) : new(now - key.Seconds, long.MaxValue);

    private static long Seconds(DateOnly date) => date.DayNumber * SecondsADay - DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerSecond;

    // What is asked of few messages is asked last.
    private static SearchKey CheapFirst(SearchKey key) => key switch
    {
        AndKey and => new AndKey([.. and.Keys.Select(CheapFirst).OrderBy(Cost)]),
        OrKey either when Cost(either.Right) < Cost(either.Left) => new OrKey(CheapFirst(either.Right), CheapFirst(either.Left)),
        OrKey either => new OrKey(CheapFirst(either.Left), CheapFirst(either.Right)),
        NotKey not => new NotKey(CheapFirst(not.Key)),
        _ => key,
    };

    private static int Cost(SearchKey key) => key switch
    {
        AndKey and => and.Keys.Max(Cost),
        OrKey either => Math.Max(Cost(either.Left), Cost(either.Right)),
        NotKey not => Cost(not.Key),
        EnvelopeKey or DateKey { Which: SearchDate.Sent } => 1,
        HeaderKey => 2,
        TextKey => 3,
        _ => 0,
    };

    private readonly struct MemberTest(IReadOnlySet<long> members) : IColumnTest<long>
    {
        public bool Passes(long value) => members.Contains(value);
    }

    private readonly struct KeywordTest(KeywordKey key) : IColumnTest<KeywordSet>
    {
        public bool Passes(KeywordSet value) => value.Contains(key.Keyword) == key.IsSet;
    }
}
