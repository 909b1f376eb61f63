using Mox.Imap.Commands;
using Mox.Store;

namespace Mox.Imap;

/// <summary>
/// What a session tells its client of its own: NOTIFY (RFC 5465), and changed metadata after ENABLE METADATA (RFC 5464 section 4.4.2). Without
/// either that is the news of the selected mailbox, at the end of each command and during IDLE.
/// </summary>
/// <remarks>Used by the session only, between commands and at their ends; so nothing is written in the middle of something else.</remarks>
internal sealed class SessionNews(ImapSession session) : IDisposable
{
    private const int MaxOwn = 1000;

    // News of a mailbox are in its snapshots: the feed only wakes us, so a few pending changes are as good as many.
    private const int WakeCapacity = 16;

    // What a client with SELECTED-DELAYED is not told until its next command.
    private const int MaxDelayed = 1000;
    private const int MaxNewWhileDelayed = 10_000;

    private readonly SortedSet<long> _own = [];
    private NotifyRules? _rules;
    private AccountNews? _account;
    private MetadataNews? _metadata;

    /// <summary>What NOTIFY asked for; null when there was none, and the client is told as without it.</summary>
    public NotifyRules? Rules => _rules;

    /// <summary>Whether the client is told of things while it sends no command.</summary>
    public bool IsPushing => _rules is { All: not NotifyEvents.None };

    /// <summary>The client knows of what this operation of its own did (RFC 5465 section 5).</summary>
    public void Own(ModSeq operation)
    {
        if (_rules is null && _metadata is null)
        {
            return;
        }
        _own.Add(operation.Value);
        if (_own.Count > MaxOwn)
        {
            _own.Remove(_own.Min);
        }
    }

    /// <summary>NOTIFY SET and NOTIFY NONE: from now on these rules, in place of those before.</summary>
    public async ValueTask StartAsync(NotifyRules rules, bool withStatus, CancellationToken cancellationToken)
    {
        _account?.Dispose();
        _rules = rules;
        _account = rules.All == NotifyEvents.None ? null : new AccountNews(session.Account);
        FollowMetadata();
        if (!withStatus)
        {
            return;
        }
        foreach (var mailbox in session.Account.Mailboxes.All)
        {
            if (mailbox.Id != session.Selected?.Id && rules.Wants(session, mailbox.Name, NotifyEvents.Messages))
            {
                WriteStatus(mailbox);
                await session.Writer.FlushIfFullAsync(cancellationToken);
            }
        }
    }

    /// <summary>Forgets NOTIFY and what was not told: the user is logged out.</summary>
    public void End()
    {
        _account?.Dispose();
        _metadata?.Dispose();
        (_rules, _account, _metadata) = (null, null, null);
        _own.Clear();
    }

    /// <summary>Tells of all that is not about the selected mailbox.</summary>
    public async ValueTask TellAsync()
    {
        FollowMetadata();
        if (_account is { } account)
        {
            var differences = account.Take(IsOwn);
            foreach (var difference in differences.Mailboxes)
            {
                if (Tell(difference) is { } name)
                {
                    // Whether it is subscribed to has been told with it.
                    differences.Subscriptions.Remove(name);
                }
                await session.Writer.FlushIfFullAsync(session.Closed);
            }
            foreach (var name in differences.Subscriptions.Where(n => _rules!.WantsSubscription(session, n)))
            {
                ListResponse.Tell(session, session.Account.Mailboxes, name);
                await session.Writer.FlushIfFullAsync(session.Closed);
            }
        }
        if (_metadata is { } metadata)
        {
            await TellMetadataAsync(metadata);
        }
    }

    /// <summary>
    /// Tells of news until there is input, which stays unread; at a deadline or a shutdown the client is told goodbye. This is the only place
    /// where a session waits for two things.
    /// </summary>
    /// <param name="isIdle">During IDLE, when EXPUNGE may always come; else NOTIFY decides.</param>
    /// <exception cref="ImapConnectionGoneException">The connection is over.</exception>
    public async ValueTask TellUntilInputAsync(bool isIdle)
    {
        using var wake = _account is null && (session.Selected is not null || _metadata is not null)
            ? session.Account.Subscribe(WakeCapacity) : null;
        // After subscribing: nothing that happens from here on is missed.
        await TellAllAsync(isIdle);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(session.Closed);
        var input = session.BeginWaitForInput(stop);
        try
        {
            while (!input.IsCompleted && await HearAsync(wake, input, stop.Token))
            {
                await TellAllAsync(isIdle);
            }
        }
        catch (OperationCanceledException)
        {
            // The wait for news was cut by a deadline or a shutdown, and so is the one for input: it says which, below.
        }
        catch
        {
            await stop.CancelAsync();
            await input.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
        await session.EndReadAsync(new ValueTask<bool>(input));
        await stop.CancelAsync();
    }

    public void Dispose() => End();

    // False when there is input, or nothing more to hear: the account closed for good.
    private async ValueTask<bool> HearAsync(ChangeFeed? wake, Task input, CancellationToken cancellationToken)
    {
        var news = _account is { } account ? account.WaitAsync(cancellationToken) : wake?.WaitAsync(cancellationToken) ?? new(false);
        var hearing = news.AsTask();
        if (await Task.WhenAny(input, hearing) == input || !await hearing)
        {
            return false;
        }
        while (wake is not null && wake.TryRead(out _))
        {
        }
        if (wake is { Overflowed: true })
        {
            wake.Restart();
        }
        return true;
    }

    private async ValueTask TellAllAsync(bool isIdle)
    {
        if (session.Selected is { HasNews: true } selected)
        {
            bool delays = !isIdle && _rules?.Selected is { Filter.Kind: MailboxFilterKind.SelectedDelayed };
            if (delays && selected.IsFarBehind(MaxDelayed, MaxNewWhileDelayed))
            {
                Overflow();
            }
            await selected.SyncAsync(session, mayExpunge: !delays, delays: delays);
        }
        await TellAsync();
        await session.FlushAsync();
    }

    // The server cannot keep up with what was asked for; it is as after NOTIFY NONE (RFC 5465 section 5.8).
    private void Overflow()
    {
        session.Writer.Raw("* OK [NOTIFICATIONOVERFLOW] there is more news than can be kept for you"u8).Line();
        _account?.Dispose();
        (_rules, _account) = (NotifyRules.None, null);
        FollowMetadata();
    }

    // The name that was told, if any.
    private MailboxName? Tell(AccountNews.Difference difference)
    {
        var (before, after) = difference;
        MailboxName? name = TellName(before, after);
        if (after is null || after.Id == session.Selected?.Id)
        {
            return name;
        }
        bool messages = after.UidNext != (before?.UidNext ?? new Uid(1)) || after.Counts.Messages != (before?.Counts.Messages ?? 0);
        // Without CONDSTORE a client can see of flags only how many messages are unseen.
        bool flags = before is not null && after.HighestModSeq != before.HighestModSeq
            && (session.CondStore || before.Counts.Unseen != after.Counts.Unseen);
        if ((messages && Wants(after, NotifyEvents.MessageNew)) || (flags && Wants(after, NotifyEvents.FlagChange)))
        {
            WriteStatus(after);
        }
        return name;
    }

    private MailboxName? TellName(Mailbox? before, Mailbox? after)
    {
        var mailboxes = session.Account.Mailboxes;
        bool renamed = before is not null && after is not null && before.Name != after.Name;
        // A name that was taken again is told of as that of the new mailbox.
        bool told = before is null || after is null ? after is not null || !mailboxes.TryFind(before!.Name, out _)
            : renamed || before.SpecialUse != after.SpecialUse;
        if (!told || !(Wants(before, NotifyEvents.MailboxName) || Wants(after, NotifyEvents.MailboxName)))
        {
            return null;
        }
        var name = (after ?? before)!.Name;
        ListResponse.Tell(session, mailboxes, name, renamed ? before!.Name.Value : null);
        return name;
    }

    private bool Wants(Mailbox? mailbox, NotifyEvents events) => mailbox is not null && _rules!.Wants(session, mailbox.Name, events);

    private void WriteStatus(Mailbox mailbox) =>
        StatusItems.Write(session, mailbox, session.CondStore ? StatusItems.ForNotifyWithModSeq : StatusItems.ForNotify);

    private async ValueTask TellMetadataAsync(MetadataNews metadata)
    {
        if (_rules is not null && metadata.Overflowed)
        {
            Overflow();
            return;
        }
        foreach (var (id, entries) in metadata.Take(IsOwn))
        {
            bool server = id == MetadataNews.Server;
            Mailbox? mailbox = null;
            if (!server && !session.Account.Mailboxes.TryFind(id, out mailbox))
            {
                continue;
            }
            bool wanted = _rules is null ? session.MetadataEnabled
                : server ? _rules.All.HasFlag(NotifyEvents.ServerMetadataChange)
                : _rules.Wants(session, mailbox!.Name, NotifyEvents.MailboxMetadataChange);
            if (wanted)
            {
                MetadataEntries.WriteChanged(session, mailbox?.Name.Value ?? "", entries);
                await session.Writer.FlushIfFullAsync(session.Closed);
            }
        }
    }

    // Heard of only where somebody wants to hear it.
    private void FollowMetadata()
    {
        const NotifyEvents Metadata = NotifyEvents.MailboxMetadataChange | NotifyEvents.ServerMetadataChange;
        bool wanted = session.State != ImapStates.NotAuthenticated && (_rules is null ? session.MetadataEnabled : (_rules.All & Metadata) != 0);
        if (!wanted)
        {
            _metadata?.Dispose();
            _metadata = null;
        }
        else
        {
            _metadata ??= new MetadataNews(session.Account);
        }
    }

    private bool IsOwn(ModSeq operation) => _own.Contains(operation.Value);
}
