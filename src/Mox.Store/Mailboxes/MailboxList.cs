using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mox.Store;

/// <summary>All mailboxes and subscriptions of an account as of one commit; immutable, replaced whole after each commit that changed any.</summary>
public sealed class MailboxList
{
    private readonly Dictionary<long, Mailbox> _byId;
    private readonly Lazy<(Mailbox[] Sorted, Dictionary<MailboxName, Mailbox> ByName)> _names;

    internal MailboxList(Dictionary<long, Mailbox> byId, FrozenSet<MailboxName> subscriptions)
    {
        _byId = byId;
        Subscriptions = subscriptions;
        _names = new(() => ([.. byId.Values.OrderBy(m => m.Name)], byId.Values.ToDictionary(m => m.Name)));
    }

    /// <summary>All mailboxes, sorted by name.</summary>
    public IReadOnlyList<Mailbox> All => _names.Value.Sorted;

    /// <summary>Names subscribed to; they need not exist (RFC 9051 section 6.3.7).</summary>
    public IReadOnlySet<MailboxName> Subscriptions { get; }

    /// <summary>The mailbox of this name.</summary>
    public bool TryFind(MailboxName name, [NotNullWhen(true)] out Mailbox? mailbox) =>
        _names.Value.ByName.TryGetValue(name, out mailbox);

    /// <summary>The mailbox with this identity.</summary>
    public bool TryFind(MailboxId id, [NotNullWhen(true)] out Mailbox? mailbox) => _byId.TryGetValue(id.Value, out mailbox);

    /// <summary>Whether a mailbox is directly or deeper below this name.</summary>
    public bool HasChildren(MailboxName name) => All.Any(m => m.Name.IsUnder(name));

    /// <summary>The holder of a role, or null.</summary>
    public Mailbox? WithSpecialUse(SpecialUse use) => All.FirstOrDefault(m => (m.SpecialUse & use) != 0);
}
