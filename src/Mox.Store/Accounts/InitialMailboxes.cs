namespace Mox.Store;

/// <summary>Mailboxes that a new account gets beside the Inbox; all are subscribed.</summary>
/// <param name="SpecialUse">Names by role.</param>
/// <param name="Regular">Others.</param>
public sealed record InitialMailboxes(IReadOnlyDictionary<SpecialUse, MailboxName> SpecialUse, IReadOnlyList<MailboxName> Regular)
{
    /// <summary>Sent, Archive, Trash, Drafts, Junk.</summary>
    public static InitialMailboxes Default { get; } = new(
        new Dictionary<SpecialUse, MailboxName>
        {
            [Store.SpecialUse.Sent] = MailboxName.Parse("Sent"),
            [Store.SpecialUse.Archive] = MailboxName.Parse("Archive"),
            [Store.SpecialUse.Trash] = MailboxName.Parse("Trash"),
            [Store.SpecialUse.Drafts] = MailboxName.Parse("Drafts"),
            [Store.SpecialUse.Junk] = MailboxName.Parse("Junk"),
        },
        []);
}
