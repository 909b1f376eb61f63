using Mox.Store;

namespace Mox.Imap;

/// <summary>
/// The mailboxes of an account as a client with NOTIFY was told of them, and what has changed since. Memory is bounded by the number of mailboxes:
/// when more changes come than the feed holds, what was told is compared with what is there.
/// </summary>
internal sealed class AccountNews : IDisposable
{
    private const int FeedCapacity = 1000;

    private readonly Account _account;
    private readonly ChangeFeed _feed;
    private readonly Dictionary<MailboxId, Mailbox> _told = [];
    private IReadOnlyCollection<MailboxName> _subscriptions = [];

    public AccountNews(Account account)
    {
        _account = account;
        // Before looking: what comes in between is seen twice, and found to be nothing new.
        _feed = account.Subscribe(FeedCapacity);
        Look();
    }

    /// <summary>One mailbox that changed: before and after; null for not there.</summary>
    public readonly record struct Difference(Mailbox? Before, Mailbox? After);

    /// <summary>What changed.</summary>
    public sealed record Differences(List<Difference> Mailboxes, SortedSet<MailboxName> Subscriptions);

    /// <summary>Waits until there may be something new; false when the account is closed for good.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _feed.WaitAsync(cancellationToken);

    /// <summary>What has changed since the last time, without what <paramref name="isOwn"/> says the client did itself.</summary>
    public Differences Take(Func<ModSeq, bool> isOwn)
    {
        var before = new Dictionary<MailboxId, Mailbox?>();
        var subscriptions = new SortedSet<MailboxName>();
        // No more than was there when we began: a flood must not keep us here.
        for (int i = 0; i < FeedCapacity && _feed.TryRead(out var change); i++)
        {
            bool own = isOwn(change.ModSeq);
            if (change is ChangeSubscription subscription && !own)
            {
                subscriptions.Add(subscription.Name);
            }
            if (change is MailboxChange of && Later(of) is var (changed, now) && changed)
            {
                if (!own)
                {
                    before.TryAdd(of.MailboxId, _told.GetValueOrDefault(of.MailboxId));
                }
                Set(of.MailboxId, now);
            }
        }
        if (_feed.Overflowed)
        {
            Compare(before, subscriptions);
        }
        _subscriptions = _account.Mailboxes.Subscriptions;
        var mailboxes = before.Select(b => new Difference(b.Value, _told.GetValueOrDefault(b.Key))).Where(d => d.Before != d.After).ToList();
        mailboxes.Sort((a, b) => (a.After ?? a.Before)!.Name.CompareTo((b.After ?? b.Before)!.Name));
        return new(mailboxes, subscriptions);
    }

    public void Dispose() => _feed.Dispose();

    // The state of the mailbox after a change.
    private (bool Changed, Mailbox? Now) Later(MailboxChange change)
    {
        if (!_told.TryGetValue(change.MailboxId, out var told))
        {
            return change is ChangeMailboxAdd add ? (true, add.Mailbox) : (false, null);
        }
        return change switch
        {
            // One that was looked at later than this change was made is newer.
            ChangeMailboxCounts counts => (told.HighestModSeq <= counts.Mailbox.HighestModSeq, counts.Mailbox),
            ChangeMailboxRename rename => (true, told with { Name = rename.NewName }),
            ChangeSpecialUse use => (true, told with { SpecialUse = use.SpecialUse }),
            ChangeMailboxRemove => (true, null),
            _ => (false, null),
        };
    }

    private void Set(MailboxId id, Mailbox? now)
    {
        if (now is null)
        {
            _told.Remove(id);
        }
        else
        {
            _told[id] = now;
        }
    }

    // Changes were dropped: everything is looked at.
    private void Compare(Dictionary<MailboxId, Mailbox?> before, SortedSet<MailboxName> subscriptions)
    {
        var old = new Dictionary<MailboxId, Mailbox>(_told);
        var oldSubscriptions = _subscriptions;
        _feed.Restart();
        Look();
        foreach (var id in old.Keys.Concat(_told.Keys))
        {
            before.TryAdd(id, old.GetValueOrDefault(id));
        }
        foreach (var name in oldSubscriptions.Except(_subscriptions).Concat(_subscriptions.Except(oldSubscriptions)))
        {
            subscriptions.Add(name);
        }
    }

    private void Look()
    {
        var mailboxes = _account.Mailboxes;
        _told.Clear();
        foreach (var mailbox in mailboxes.All)
        {
            _told.Add(mailbox.Id, mailbox);
        }
        _subscriptions = mailboxes.Subscriptions;
    }
}
