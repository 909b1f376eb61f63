using Mox.Store;

namespace Mox.Imap;

/// <summary>How a command names many mailboxes.</summary>
internal enum MailboxFilterKind
{
    /// <summary>The selected one.</summary>
    Selected,

    /// <summary>The selected one, where NOTIFY may wait with EXPUNGE.</summary>
    SelectedDelayed,

    /// <summary>Those that mail is delivered to.</summary>
    Inboxes,

    /// <summary>All.</summary>
    Personal,

    /// <summary>Those subscribed to.</summary>
    Subscribed,

    /// <summary>Those named, and all below them.</summary>
    Subtree,

    /// <summary>Those named, and the ones directly below them.</summary>
    SubtreeOne,

    /// <summary>Those named.</summary>
    Mailboxes,
}

/// <summary>filter-mailboxes (RFC 5465 section 8), with <c>subtree-one</c> (RFC 7377 section 2.2).</summary>
/// <param name="Kind">Which.</param>
/// <param name="Names">As the client wrote them; a name that no mailbox has names nothing.</param>
internal sealed record MailboxFilter(MailboxFilterKind Kind, IReadOnlyList<string> Names)
{
    private const int MaxNames = 1000;

    private List<MailboxName>? _named;

    private static readonly Dictionary<string, MailboxFilterKind> Words = new(StringComparer.Ordinal)
    {
        ["SELECTED"] = MailboxFilterKind.Selected,
        ["SELECTED-DELAYED"] = MailboxFilterKind.SelectedDelayed,
        ["INBOXES"] = MailboxFilterKind.Inboxes,
        ["PERSONAL"] = MailboxFilterKind.Personal,
        ["SUBSCRIBED"] = MailboxFilterKind.Subscribed,
        ["SUBTREE"] = MailboxFilterKind.Subtree,
        ["SUBTREE-ONE"] = MailboxFilterKind.SubtreeOne,
        ["MAILBOXES"] = MailboxFilterKind.Mailboxes,
    };

    public static MailboxFilter Parse(ref ImapScanner input)
    {
        int start = input.Position;
        if (!Words.TryGetValue(input.Word(), out var kind))
        {
            throw new ImapSyntaxException("expected which mailboxes", start);
        }
        return new(kind, kind < MailboxFilterKind.Subtree ? [] : ParseNames(ref input));
    }

    /// <summary>Whether a mailbox is one of these; the selected one is known to the session only.</summary>
    public bool Covers(ImapSession session, Mailbox mailbox) =>
        Kind is MailboxFilterKind.Selected or MailboxFilterKind.SelectedDelayed
            ? session.Selected?.Id == mailbox.Id : Covers(session, mailbox.Name);

    /// <summary>Whether a name, which need not be that of a mailbox, is one of these; none is the selected one.</summary>
    public bool Covers(ImapSession session, MailboxName name) => Kind switch
    {
        MailboxFilterKind.Selected or MailboxFilterKind.SelectedDelayed => false,
        MailboxFilterKind.Inboxes => IsInbox(session, name),
        MailboxFilterKind.Personal => true,
        MailboxFilterKind.Subscribed => session.Account.Mailboxes.IsSubscribed(name),
        MailboxFilterKind.Subtree => Named.Any(n => name == n || name.IsUnder(n)),
        MailboxFilterKind.SubtreeOne => Named.Any(n => name == n || name.Parent == n),
        _ => Named.Contains(name),
    };

    // The Inbox with what is below it, and where destinations of the account put their mail.
    private static bool IsInbox(ImapSession session, MailboxName name) =>
        name == MailboxName.Inbox || name.IsUnder(MailboxName.Inbox)
        || session.Services.DeliveryMailboxes(session.Account.Name).Any(to => MailboxName.TryParse(to, out var parsed, out _) && parsed == name);

    private List<MailboxName> Named => _named ??=
        [.. Names.Select(n => MailboxName.TryParse(n, out var parsed, out _) ? parsed : (MailboxName?)null).OfType<MailboxName>()];

    // one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"
    private static List<string> ParseNames(ref ImapScanner input)
    {
        input.Space();
        if (!input.TryByte((byte)'('))
        {
            return [input.Mailbox()];
        }
        var names = new List<string>();
        do
        {
            names.Add(input.Mailbox());
            if (names.Count > MaxNames)
            {
                throw input.Expected($"at most {MaxNames} mailboxes");
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return names;
    }
}
