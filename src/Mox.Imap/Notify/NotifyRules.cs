using Mox.Store;

namespace Mox.Imap;

/// <summary>What a client asked to be told of by NOTIFY; immutable. Whatever no group names it is not told of (RFC 5465 section 3.1).</summary>
internal sealed class NotifyRules
{
    private readonly NotifyGroup[] _others;

    public NotifyRules(IEnumerable<NotifyGroup> groups)
    {
        var all = groups.ToList();
        Selected = all.Find(g => g.IsSelected);
        _others = [.. all.Where(g => !g.IsSelected)];
        All = all.Aggregate(NotifyEvents.None, (events, group) => events | group.Events);
    }

    /// <summary>NOTIFY NONE.</summary>
    public static NotifyRules None { get; } = new([]);

    /// <summary>What is told of the selected mailbox; null for nothing.</summary>
    public NotifyGroup? Selected { get; }

    /// <summary>Whether these are told of the selected mailbox.</summary>
    public bool TellsSelected(NotifyEvents events) => Selected is { } group && (group.Events & events) != 0;

    /// <summary>All events of all groups.</summary>
    public NotifyEvents All { get; }

    /// <summary>Whether any of these events is wanted of a mailbox that is not selected; overlapping groups add up.</summary>
    public bool Wants(ImapSession session, MailboxName name, NotifyEvents events) =>
        Array.Exists(_others, g => (g.Events & events) != 0 && g.Filter.Covers(session, name));

    /// <summary>As <see cref="Wants"/>: a name that has just been unsubscribed from was among the subscribed ones.</summary>
    public bool WantsSubscription(ImapSession session, MailboxName name) => Array.Exists(_others,
        g => g.Events.HasFlag(NotifyEvents.SubscriptionChange)
            && (g.Filter.Kind == MailboxFilterKind.Subscribed || g.Filter.Covers(session, name)));
}
