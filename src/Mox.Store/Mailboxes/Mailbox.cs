namespace Mox.Store;

/// <summary>One mailbox as of one commit.</summary>
public sealed record Mailbox
{
    /// <summary>Identity within the account.</summary>
    public required MailboxId Id { get; init; }

    /// <summary>Full name.</summary>
    public required MailboxName Name { get; init; }

    /// <summary>UIDVALIDITY.</summary>
    public required UidValidity UidValidity { get; init; }

    /// <summary>UIDNEXT: no message of this mailbox has a UID this high.</summary>
    public required Uid UidNext { get; init; }

    /// <summary>HIGHESTMODSEQ: of the last change in this mailbox, expunges included.</summary>
    public required ModSeq HighestModSeq { get; init; }

    /// <summary>The modification sequence with which it was made.</summary>
    public required ModSeq CreateModSeq { get; init; }

    /// <summary>Tombstones with this or a lower modification sequence may be gone; 0 when all are there.</summary>
    public ModSeq HighestDeletedModSeq { get; init; }

    /// <summary>Roles it holds.</summary>
    public SpecialUse SpecialUse { get; init; }

    /// <summary>All keywords that a message of this mailbox has, or had.</summary>
    public KeywordSet Keywords { get; init; } = KeywordSet.Empty;

    /// <summary>Counts, kept with each change.</summary>
    public MailboxCounts Counts { get; init; }
}
