using Mox.Store;

namespace Mox.Imap;

/// <summary>Entries of metadata that changed and of which a client is yet to be told (RFC 5464 section 4.4.2, RFC 5465 section 5.6).</summary>
internal sealed class MetadataNews(Account account) : IDisposable
{
    // As many entries as an account can have.
    private const int FeedCapacity = 1000;

    private readonly ChangeFeed _feed = account.Subscribe(FeedCapacity, static change => change is ChangeAnnotations);

    /// <summary>Whether changes were lost since the last call; <see cref="Take"/> gives the others.</summary>
    public bool Overflowed => _feed.Overflowed;

    /// <summary>
    /// What changed, by mailbox (null is the server), without what <paramref name="isOwn"/> says the client did itself. When changes were lost, all
    /// entries that there are.
    /// </summary>
    public IReadOnlyDictionary<MailboxId, SortedSet<AnnotationEntry>> Take(Func<ModSeq, bool> isOwn)
    {
        var changed = new SortedDictionary<MailboxId, SortedSet<AnnotationEntry>>(ById);
        if (_feed.Overflowed)
        {
            _feed.Restart();
            foreach (var annotation in account.ReadAllAnnotations())
            {
                Add(changed, annotation.MailboxId, [annotation.Entry]);
            }
            return changed;
        }
        for (int i = 0; i < FeedCapacity && _feed.TryRead(out var change); i++)
        {
            if (change is ChangeAnnotations annotations && !isOwn(change.ModSeq))
            {
                Add(changed, annotations.MailboxId, annotations.Entries);
            }
        }
        return changed;
    }

    /// <summary>Stands for the server among the mailboxes.</summary>
    public static MailboxId Server { get; } = new(0);

    public void Dispose() => _feed.Dispose();

    private static Comparer<MailboxId> ById { get; } = Comparer<MailboxId>.Create((a, b) => a.Value.CompareTo(b.Value));

    private static void Add(
        SortedDictionary<MailboxId, SortedSet<AnnotationEntry>> changed, MailboxId? mailbox, IEnumerable<AnnotationEntry> entries)
    {
        if (!changed.TryGetValue(mailbox ?? Server, out var all))
        {
            changed.Add(mailbox ?? Server, all = []);
        }
        all.UnionWith(entries);
    }
}
