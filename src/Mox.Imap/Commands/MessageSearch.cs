using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>
/// Runs a search over what the client was told of a mailbox. What a key costs decides when it is asked: the snapshot first, rows only
/// for messages that the snapshot leaves open, message files only for those that the rows leave open.
/// </summary>
internal sealed class MessageSearch(Account account, SelectedMailbox selected, SearchKey key)
{
    private const int BatchSize = 500;

    // So many entries, or message files, are looked at before others get the thread and the client is asked for.
    private const int EntriesATurn = 5000;
    private const int FilesATurn = 10;

    // A row can be as large as what it was read from: large messages make small batches.
    private const long BatchBytes = 4 * 1024 * 1024;
    private readonly SearchMatcher _matcher = new(key, selected.Told);

    public bool UsesModSeq => _matcher.UsesModSeq;

    /// <summary>Of the messages found.</summary>
    public long HighestModSeq { get; private set; }

    /// <summary>A message could not be looked into, because it is gone.</summary>
    public bool MetGoneMessages { get; private set; }

    /// <summary>Positions of the matching messages, ascending.</summary>
    public async ValueTask<List<int>> RunAsync(CancellationToken cancellationToken)
    {
        var found = new List<int>();
        var open = new List<SearchSubject>();
        var told = selected.Told;
        var current = ReferenceEquals(told, selected.Current) ? null : selected.Current;
        int index = 0;
        long openBytes = 0;
        foreach (var entry in told)
        {
            var subject = new SearchSubject(index, Latest(current, entry));
            switch (_matcher.Match(subject))
            {
                case SearchAnswer.Yes:
                    Add(found, subject);
                    break;
                case SearchAnswer.NeedsMore:
                    open.Add(subject);
                    openBytes += entry.SizeBytes;
                    break;
            }
            index++;
            if (open.Count == BatchSize || openBytes >= BatchBytes)
            {
                openBytes = 0;
                await ResolveAsync(open, found, cancellationToken);
            }
            else if (index % EntriesATurn == 0)
            {
                await TakeTurnAsync(cancellationToken);
            }
        }
        await ResolveAsync(open, found, cancellationToken);
        found.Sort();
        return found;
    }

    private static MessageEntry Latest(MailboxSnapshot? current, in MessageEntry told) =>
        current?.IndexOf(told.Uid) is { } index and >= 0 ? current[index] : told;

    private void Add(List<int> found, in SearchSubject subject)
    {
        found.Add(subject.Index);
        HighestModSeq = Math.Max(HighestModSeq, subject.Entry.ModSeq.Value);
    }

    private static async ValueTask TakeTurnAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask ResolveAsync(List<SearchSubject> open, List<int> found, CancellationToken cancellationToken)
    {
        if (open.Count == 0)
        {
            return;
        }
        await TakeTurnAsync(cancellationToken);
        int files = 0;
        MessageId[] ids = [.. open.Select(s => s.Entry.MessageId)];
        var rows = account.ReadRows(ids, _matcher.Columns);
        for (int i = 0; i < open.Count; i++)
        {
            if (rows[i] is not { } row)
            {
                MetGoneMessages = true;
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
                    MetGoneMessages = true;
                    continue;
                }
                answer = _matcher.Match(subject with { Text = text });
            }
            if (answer == SearchAnswer.Yes)
            {
                Add(found, subject);
            }
        }
        open.Clear();
    }
}
