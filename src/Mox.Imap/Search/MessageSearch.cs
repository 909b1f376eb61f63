using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>
/// Runs a search over the messages of a mailbox. What a key costs decides when it is asked: the snapshot first, rows only for messages that
/// the snapshot leaves open, message files only for those that the rows leave open.
/// </summary>
internal sealed class MessageSearch(Account account, SearchScope scope, SearchKey key)
{
    private const int BatchSize = 500;

    // So many entries, or message files, are looked at before others get the thread and the client is asked for.
    private const int EntriesATurn = 5000;
    private const int FilesATurn = 10;

    // A row can be as large as what it was read from: large messages make small batches.
    private const long BatchBytes = 4 * 1024 * 1024;
    private readonly SearchMatcher _matcher = new(key, scope);
    private readonly List<int> _found = [];
    private bool _metGone;

    /// <summary>Searches the selected mailbox for a command, off the session's thread; CONDSTORE begins when the criteria ask for MODSEQ.</summary>
    public static async ValueTask<SearchResult> RunAsync(ImapSession session, SearchKey key, CancellationToken cancellationToken)
    {
        var search = new MessageSearch(session.Account, SearchScope.Of(session), key);
        if (search._matcher.UsesModSeq)
        {
            session.Enabled.EnableCondStore();
        }
        return await LongWork.RunAsync(session, search.RunAsync, cancellationToken);
    }

    /// <summary>The matching messages.</summary>
    public async Task<SearchResult> RunAsync(WorkProgress progress, CancellationToken cancellationToken)
    {
        progress.Expect(scope.Told.Count);
        var open = new List<SearchSubject>();
        int index = 0, reported = 0;
        long openBytes = 0;
        foreach (var told in scope.Told)
        {
            var subject = new SearchSubject(index, ReferenceEquals(scope.Told, scope.Latest) ? told : scope.EntryAt(index));
            switch (_matcher.Match(subject))
            {
                case SearchAnswer.Yes:
                    _found.Add(index);
                    break;
                case SearchAnswer.NeedsMore:
                    open.Add(subject);
                    openBytes += told.SizeBytes;
                    break;
            }
            index++;
            if (open.Count == BatchSize || openBytes >= BatchBytes || index % EntriesATurn == 0)
            {
                openBytes = 0;
                await ResolveAsync(open, cancellationToken);
                progress.Advance(index - reported);
                reported = index;
            }
        }
        await ResolveAsync(open, cancellationToken);
        progress.Advance(index - reported);
        _found.Sort();
        return new(scope, _found) { TellsModSeq = _matcher.UsesModSeq, MetGone = _metGone };
    }

    private static async ValueTask TakeTurnAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask ResolveAsync(List<SearchSubject> open, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        if (open.Count == 0)
        {
            return;
        }
        int files = 0;
        MessageId[] ids = [.. open.Select(s => s.Entry.MessageId)];
        var rows = account.ReadRows(ids, _matcher.Columns);
        for (int i = 0; i < open.Count; i++)
        {
            if (rows[i] is not { } row)
            {
                _metGone = true;
                continue;
            }
            var subject = open[i] with { Row = row };
            var answer = _matcher.Match(subject);
            if (answer == SearchAnswer.NeedsMore)
            {
                if (++files % FilesATurn == 0)
                {
                    await TakeTurnAsync(cancellationToken);
                }
                using var text = MessageText.Open(account, row);
                if (text is null)
                {
                    _metGone = true;
                    continue;
                }
                answer = _matcher.Match(subject with { Text = text });
            }
            if (answer == SearchAnswer.Yes)
            {
                _found.Add(subject.Index);
            }
        }
        open.Clear();
    }
}
