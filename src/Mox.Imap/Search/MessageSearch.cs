using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>
/// Runs a search over the messages of a mailbox. What a key costs decides when it is asked: the snapshot's columns first, texts of rows only
/// for messages that those leave open, message files only for those that the rows leave open.
/// </summary>
/// <remarks>For one use, by one thread at a time.</remarks>
internal sealed class MessageSearch
{
    // The thread is given to others, and the client is asked for, after so much work: passes over runs count 1, reads of rows and files more.
    private const int WorkATurn = 64;
    private const int WorkOfRows = 8;
    private const int WorkOfFile = 4;

    // A row can be as large as what it was read from: large messages make small batches.
    private const int MaxBatch = 100;
    private const long BatchBytes = 4 * 1024 * 1024;

    // Reading past so many others costs no more than looking each up.
    private const int ManyOfBlock = HeaderTexts.BlockContents / 16;

    private readonly Account _account;
    private readonly SearchScope _scope;
    private readonly SearchRuns _runs;
    private readonly RunMatcher _matcher;
    private readonly SearchNeeds _needs;
    private readonly HeaderTexts _ownTexts;
    private readonly int[] _textAt = new int[SnapshotRun.MaxCount];
    private readonly MessageId[] _ids = new MessageId[SnapshotRun.MaxCount];
    private readonly List<int> _found = [];
    private HeaderTexts _texts;
    private bool _metGone;
    private int _work;

    public MessageSearch(Account account, SearchScope scope, SearchKey key)
        : this(account, scope, key, SearchRuns.Of(scope))
    {
    }

    private MessageSearch(Account account, SearchScope scope, SearchKey key, SearchRuns runs)
    {
        _account = account;
        _scope = scope;
        _runs = runs;
        _matcher = new(key, scope, account);
        _needs = SearchNeeds.Of(key);
        _texts = _ownTexts = new(_needs.Texts);
    }

    /// <summary>Searches the selected mailbox for a command, off the session's thread; CONDSTORE begins when the criteria ask for MODSEQ.</summary>
    public static ValueTask<SearchResult> RunAsync(ImapSession session, SearchKey key, CancellationToken cancellationToken) =>
        RunAsync(session, SearchScope.Of(session), key, SearchExtent.All, cancellationToken);

    /// <summary>As above, over some messages, and for as much of the result as is wanted.</summary>
    public static async ValueTask<SearchResult> RunAsync(
        ImapSession session, SearchScope scope, SearchKey key, SearchExtent extent, CancellationToken cancellationToken)
    {
        var search = new MessageSearch(session.Account, scope, key);
        if (search._needs.ModSeq)
        {
            session.Enabled.EnableCondStore();
        }
        var work = new LongWork(session);
        work.Progress.Expect(scope.Told.Count);
        return await work.RunAsync((progress, ct) => search.RunAsync(extent, progress, ct), cancellationToken);
    }

    /// <summary>Which of some messages match, by their place in the list; numbers and dates of the criteria are those of the scope.</summary>
    public static async ValueTask<IReadOnlyList<int>> FilterAsync(
        Account account, SearchScope scope, SearchKey key, IReadOnlyList<MessageEntry> entries, CancellationToken cancellationToken)
    {
        var search = new MessageSearch(account, scope, key, SearchRuns.Of(entries));
        return (await search.RunAsync(SearchExtent.All, new WorkProgress(), cancellationToken)).Positions;
    }

    /// <summary>The matching messages. Progress is counted in messages, of which the caller says how many there are.</summary>
    public async Task<SearchResult> RunAsync(SearchExtent extent, WorkProgress progress, CancellationToken cancellationToken)
    {
        int run = 0;
        for (; run < _runs.Count && extent != SearchExtent.Last && (extent == SearchExtent.All || _found.Count == 0); run++)
        {
            await SearchRunAsync(run, cancellationToken);
            progress.Advance(_runs.At(run).Count);
        }
        if (extent != SearchExtent.All && _found.Count > 0)
        {
            // From the first run with a match on nothing but the last match is of interest.
            _found.RemoveRange(1, extent == SearchExtent.First ? _found.Count - 1 : Math.Max(_found.Count - 2, 0));
        }
        if (extent is SearchExtent.Last or SearchExtent.Ends)
        {
            await SearchLastAsync(run, progress, cancellationToken);
        }
        return new(_scope, _found) { TellsModSeq = _needs.ModSeq, MetGone = _metGone };
    }

    // Backwards to the first of the runs that were not looked at.
    private async ValueTask SearchLastAsync(int first, WorkProgress progress, CancellationToken cancellationToken)
    {
        int before = _found.Count;
        for (int run = _runs.Count - 1; run >= first; run--)
        {
            await SearchRunAsync(run, cancellationToken);
            progress.Advance(_runs.At(run).Count);
            if (_found.Count > before)
            {
                int keepFirst = Math.Min(before, 1);
                _found.RemoveRange(keepFirst, _found.Count - keepFirst - 1);
                return;
            }
        }
    }

    private async ValueTask SearchRunAsync(int run, CancellationToken cancellationToken)
    {
        var (yes, open) = MatchColumns(run);
        if (!open.IsEmpty)
        {
            yes |= await ReadAsync(run, open, cancellationToken);
        }
        int start = _runs.At(run).Start;
        foreach (int i in yes)
        {
            _found.Add(start + i);
        }
        await TakeTurnAsync(1, cancellationToken);
    }

    private (RunMask Yes, RunMask Open) MatchColumns(int number)
    {
        var run = _runs.At(number);
        return _matcher.Match(run, null, RunMask.Range(0, run.Count));
    }

    // Texts of as many messages as there is room for, then the files of those that are still open, and so on with the rest.
    private async ValueTask<RunMask> ReadAsync(int run, RunMask open, CancellationToken cancellationToken)
    {
        var found = RunMask.None;
        while (!open.IsEmpty)
        {
            await TakeTurnAsync(WorkOfRows, cancellationToken);
            var (read, yes, files) = _needs.Texts == HeaderTextColumns.None ? (open, RunMask.None, open) : MatchTexts(run, open);
            open -= read;
            found |= yes;
            if (!files.IsEmpty)
            {
                found |= await OpenAsync(run, files, cancellationToken);
            }
        }
        return found;
    }

    // Neighbours are asked of a block that later searches find in memory, others are read by themselves.
    private (RunMask Read, RunMask Yes, RunMask Open) MatchTexts(int number, RunMask open)
    {
        var run = _runs.At(number);
        var (part, block) = FirstPart(run, open);
        if (block is { } neighbours && _account.ReadTextBlock(_needs.Texts, neighbours) is { } texts)
        {
            foreach (int i in part)
            {
                _textAt[i] = (int)(run.MessageIds[i] % HeaderTexts.BlockContents);
            }
            return MatchRead(run, texts, part);
        }
        int wanted = 0;
        foreach (int i in part)
        {
            _textAt[i] = wanted;
            _ids[wanted++] = new(run.MessageIds[i]);
        }
        int count = _account.ReadTexts(_ids.AsMemory(0, wanted), _ownTexts);
        var read = new RunMask.Builder();
        foreach (int i in part)
        {
            if (_textAt[i] < count)
            {
                read.Add(i);
            }
        }
        return MatchRead(run, _ownTexts, read.Build());
    }

    // The first messages of a run that are of one block, many enough to read it whole; or the few before such.
    private static (RunMask Part, long? Block) FirstPart(in SnapshotRun run, RunMask open)
    {
        var few = RunMask.None;
        var same = new RunMask.Builder();
        int count = 0;
        long block = -1;
        foreach (int i in open)
        {
            long of = run.MessageIds[i] / HeaderTexts.BlockContents;
            if (of != block)
            {
                if (count >= ManyOfBlock)
                {
                    break;
                }
                few |= same.Build();
                (same, count, block) = (default, 0, of);
            }
            same.Add(i);
            count++;
        }
        return count < ManyOfBlock ? (few | same.Build(), null) : few.IsEmpty ? (same.Build(), block) : (few, null);
    }

    private (RunMask Read, RunMask Yes, RunMask Open) MatchRead(in SnapshotRun run, HeaderTexts texts, RunMask read)
    {
        _texts = texts;
        var there = new RunMask.Builder();
        foreach (int i in read)
        {
            if (texts.Exists(_textAt[i]))
            {
                there.Add(i);
            }
        }
        var readable = there.Build();
        _metGone |= !readable.Equals(read);
        var (yes, open) = _matcher.Match(run, new SearchSources(texts, _textAt), readable);
        return (read, yes, open);
    }

    private async ValueTask<RunMask> OpenAsync(int run, RunMask open, CancellationToken cancellationToken)
    {
        var found = RunMask.None;
        while (!open.IsEmpty)
        {
            var (indexes, rows) = ReadRows(run, open);
            for (int i = 0; i < rows.Count; i++)
            {
                open -= RunMask.Of(indexes[i]);
                if (rows[i] is not { } row)
                {
                    _metGone = true;
                    continue;
                }
                await TakeTurnAsync(WorkOfFile, cancellationToken);
                using var message = new SearchedMessage(_account, row);
                found |= MatchOne(run, indexes[i], message);
                _metGone |= message.IsGone;
            }
        }
        return found;
    }

    private (List<int> Indexes, IReadOnlyList<MessageRow?> Rows) ReadRows(int number, RunMask open)
    {
        var run = _runs.At(number);
        var indexes = new List<int>(MaxBatch);
        var ids = new List<MessageId>(MaxBatch);
        long bytes = 0;
        foreach (int i in open)
        {
            if (indexes.Count == MaxBatch || bytes > BatchBytes)
            {
                break;
            }
            indexes.Add(i);
            ids.Add(new(run.MessageIds[i]));
            bytes += run.SizesInBytes[i];
        }
        return (indexes, _account.ReadRows(ids.ToArray(), _needs.Columns ?? MessageColumns.None));
    }

    private RunMask MatchOne(int run, int index, SearchedMessage message)
    {
        int[] textAt = [_textAt[index]];
        var (yes, _) = _matcher.Match(_runs.At(run).At(index), new SearchSources(_texts, textAt, message), RunMask.Of(0));
        return yes.IsEmpty || message.IsGone ? RunMask.None : RunMask.Of(index);
    }

    private async ValueTask TakeTurnAsync(int work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if ((_work += work) >= WorkATurn)
        {
            _work = 0;
            await Task.Yield();
        }
    }
}
