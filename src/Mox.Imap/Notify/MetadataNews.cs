using Mox.Store;

namespace Mox.Imap;

/// <summary>Entries of metadata that changed and of which a client is yet to be told (RFC 5464 section 4.4.2, RFC 5465 section 5.6).</summary>
internal sealed class MetadataNews : IDisposable
{
    // As many entries as an account can have.
    private const int FeedCapacity = 1000;

    private readonly Account _account;
    private readonly ChangeFeed _feed;

    // All that there were when we looked, and all that the client was told of since.
    private readonly HashSet<(MailboxId Mailbox, AnnotationEntry Entry)> _known = [];
    private bool _lost;

    public MetadataNews(Account account)
    {
        _account = account;
        // By entries: one change may have very many.
        _feed = account.Subscribe(FeedCapacity, static change => change is ChangeAnnotations annotations ? annotations.Entries.Count : 0);
        try
        {
            Look();
        }
        catch
        {
            _feed.Dispose();
            throw;
        }
    }

    /// <summary>Whether changes were lost since the last call.</summary>
    public bool Overflowed => _lost || _feed.Overflowed;

    /// <summary>
    /// What changed, by mailbox (null is the server), without what <paramref name="isOwn"/> says the client did itself. When changes were lost, all
    /// entries that there are, and those that the client may know of and that are gone.
    /// </summary>
    public IReadOnlyDictionary<MailboxId, SortedSet<AnnotationEntry>> Take(Func<ModSeq, bool> isOwn)
    {
        var changed = new SortedDictionary<MailboxId, SortedSet<AnnotationEntry>>(ById);
        if (Overflowed)
        {
            // Until it has been told: looking may fail.
            _lost = true;
            _feed.Restart();
            Add(changed, _known);
            Look();
            Add(changed, _known);
            _lost = false;
            return changed;
        }
        if (_known.Count > 2 * FeedCapacity)
        {
            // The client has been told of those that are gone.
            Look();
        }
        for (int i = 0; i < FeedCapacity && _feed.TryRead(out var change); i++)
        {
            if (change is ChangeAnnotations annotations)
            {
                var entries = annotations.Entries.Select(e => (annotations.MailboxId ?? Server, e)).ToList();
                _known.UnionWith(entries);
                if (!isOwn(change.ModSeq))
                {
                    Add(changed, entries);
                }
            }
        }
        return changed;
    }

    /// <summary>Stands for the server among the mailboxes.</summary>
    public static MailboxId Server { get; } = new(0);

    public void Dispose() => _feed.Dispose();

    private static Comparer<MailboxId> ById { get; } = Comparer<MailboxId>.Create((a, b) => a.Value.CompareTo(b.Value));

    private void Look()
    {
        var all = _account.ReadAllAnnotations();
        _known.Clear();
        _known.UnionWith(all.Select(a => (a.MailboxId ?? Server, a.Entry)));
    }

    private static void Add(
        SortedDictionary<MailboxId, SortedSet<AnnotationEntry>> changed, IEnumerable<(MailboxId Mailbox, AnnotationEntry Entry)> entries)
    {
        foreach (var (mailbox, entry) in entries)
        {
            if (!changed.TryGetValue(mailbox, out var all))
            {
                changed.Add(mailbox, all = []);
            }
            all.Add(entry);
        }
    }
}
