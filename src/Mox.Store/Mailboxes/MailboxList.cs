using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mox.Store;

/// <summary>All mailboxes and subscriptions of an account as of one commit; immutable, replaced after each commit that changed any.</summary>
public sealed class MailboxList
{
    private Mailbox[]? _sorted;

    internal MailboxList(
        ImmutableDictionary<long, Mailbox> byId,
        ImmutableSortedDictionary<MailboxName, long> names,
        ImmutableSortedSet<MailboxName> subscriptions)
    {
        ById = byId;
        Names = names;
        SubscribedNames = subscriptions;
    }

    /// <summary>All mailboxes, sorted by name.</summary>
    public IReadOnlyList<Mailbox> All => _sorted ??= [.. Names.Values.Select(id => ById[id])];

    /// <summary>Names subscribed to, sorted; they need not exist (RFC 9051 section 6.3.7).</summary>
    public IReadOnlyCollection<MailboxName> Subscriptions => SubscribedNames;

    internal static MailboxList Empty { get; } = new(
        ImmutableDictionary<long, Mailbox>.Empty,
        ImmutableSortedDictionary<MailboxName, long>.Empty,
        ImmutableSortedSet<MailboxName>.Empty);

    internal ImmutableDictionary<long, Mailbox> ById { get; }

    internal ImmutableSortedDictionary<MailboxName, long> Names { get; }

    internal ImmutableSortedSet<MailboxName> SubscribedNames { get; }

    /// <summary>The mailbox of this name.</summary>
    public bool TryFind(MailboxName name, [NotNullWhen(true)] out Mailbox? mailbox)
    {
        mailbox = null;
        return Names.TryGetValue(name, out long id) && ById.TryGetValue(id, out mailbox);
    }

    /// <summary>The mailbox with this identity.</summary>
    public bool TryFind(MailboxId id, [NotNullWhen(true)] out Mailbox? mailbox) => ById.TryGetValue(id.Value, out mailbox);

    /// <summary>Whether the name is subscribed to.</summary>
    public bool IsSubscribed(MailboxName name) => SubscribedNames.Contains(name);

    /// <summary>Whether a mailbox is directly or deeper below this name.</summary>
    public bool HasChildren(MailboxName name)
    {
        IReadOnlyList<Mailbox> all = All;
        int at = FirstAtLeast(all, name.Value + "/");
        return at < all.Count && all[at].Name.IsUnder(name);
    }

    /// <summary>The mailboxes below this name, sorted.</summary>
    public IEnumerable<Mailbox> Under(MailboxName name)
    {
        IReadOnlyList<Mailbox> all = All;
        for (int at = FirstAtLeast(all, name.Value + "/"); at < all.Count && all[at].Name.IsUnder(name); at++)
        {
            yield return all[at];
        }
    }

    /// <summary>The holder of a role, or null.</summary>
    public Mailbox? WithSpecialUse(SpecialUse use) => ById.Values.FirstOrDefault(m => (m.SpecialUse & use) != 0);

    internal MailboxList With(Mailbox mailbox)
    {
        ImmutableSortedDictionary<MailboxName, long> names = Names;
        if (!ById.TryGetValue(mailbox.Id.Value, out Mailbox? old))
        {
            names = names.Add(mailbox.Name, mailbox.Id.Value);
        }
        else if (old.Name != mailbox.Name)
        {
            names = names.Remove(old.Name).Add(mailbox.Name, mailbox.Id.Value);
        }

        return new MailboxList(ById.SetItem(mailbox.Id.Value, mailbox), names, SubscribedNames);
    }

    internal MailboxList Without(Mailbox mailbox) =>
        new(ById.Remove(mailbox.Id.Value), Names.Remove(mailbox.Name), SubscribedNames);

    internal MailboxList WithSubscription(MailboxName name, bool subscribed) =>
        new(ById, Names, subscribed ? SubscribedNames.Add(name) : SubscribedNames.Remove(name));

    private static int FirstAtLeast(IReadOnlyList<Mailbox> all, string name)
    {
        int low = 0;
        int high = all.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(all[middle].Name.Value, name) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
