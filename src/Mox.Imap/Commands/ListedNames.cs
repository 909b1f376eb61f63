using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>The names that a LIST gives, in order (RFC 5258 section 3).</summary>
internal static class ListedNames
{
    /// <summary>A name, its mailbox if there is one, and whether names below it are selected (CHILDINFO).</summary>
    public readonly record struct Listed(MailboxName Name, Mailbox? Mailbox, bool HasSelectedBelow);

    public static IEnumerable<Listed> Of(MailboxList mailboxes, ListRequest request)
    {
        ListPattern[] patterns = [.. request.Patterns.Select(p => new ListPattern(request.Reference, p))];
        bool Matches(MailboxName name) => patterns.Any(p => p.Matches(name));
        var selected = Selected(mailboxes, request.Selection);
        if (!request.Selection.HasFlag(ListSelection.RecursiveMatch))
        {
            foreach (var name in selected.Where(Matches))
            {
                yield return new(name, Find(mailboxes, name), false);
            }
            yield break;
        }
        var names = new SortedDictionary<MailboxName, bool>();
        foreach (var name in selected)
        {
            bool returned = Matches(name);
            if (returned)
            {
                names.TryAdd(name, false);
            }
            MarkAbove(names, mailboxes, request.Selection, name, returned, Matches);
        }
        foreach (var (name, hasSelectedBelow) in names)
        {
            yield return new(name, Find(mailboxes, name), hasSelectedBelow);
        }
    }

    // Names above a selected one. One that is not selected itself is only worth a response when it stands for some below it
    // that get none (RFC 5258 section 4).
    private static void MarkAbove(
        SortedDictionary<MailboxName, bool> names, MailboxList mailboxes, ListSelection selection, MailboxName name, bool returned,
        Func<MailboxName, bool> matches)
    {
        for (var above = name.Parent; above is { } parent; above = parent.Parent)
        {
            if ((!returned || IsSelected(mailboxes, selection, parent)) && matches(parent))
            {
                names[parent] = true;
            }
        }
    }

    private static IEnumerable<MailboxName> Selected(MailboxList mailboxes, ListSelection selection)
    {
        // Subscribed names need not exist; all other criteria are about mailboxes.
        var names = selection.HasFlag(ListSelection.Subscribed) ? mailboxes.Subscriptions : mailboxes.All.Select(m => m.Name);
        return names.Where(name => IsSelected(mailboxes, selection, name));
    }

    private static bool IsSelected(MailboxList mailboxes, ListSelection selection, MailboxName name) =>
        (!selection.HasFlag(ListSelection.Subscribed) || mailboxes.IsSubscribed(name))
        && (!selection.HasFlag(ListSelection.SpecialUse) || Find(mailboxes, name) is { SpecialUse: not SpecialUse.None });

    private static Mailbox? Find(MailboxList mailboxes, MailboxName name) => mailboxes.TryFind(name, out var mailbox) ? mailbox : null;
}
