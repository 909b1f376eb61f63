namespace Mox.Store;

/// <summary>One thing that a commit did to an account, told to its sessions after the commit and in commit order.</summary>
/// <param name="ModSeq">Of the operation.</param>
public abstract record Change(ModSeq ModSeq);

/// <summary>A change within one mailbox.</summary>
/// <param name="MailboxId">The mailbox.</param>
/// <param name="ModSeq">Of the operation.</param>
public abstract record MailboxChange(MailboxId MailboxId, ModSeq ModSeq) : Change(ModSeq);

/// <summary>A message came into a mailbox.</summary>
public sealed record ChangeAddUid(MailboxId MailboxId, ModSeq ModSeq, Uid Uid, MessageId MessageId, MessageFlags Flags, KeywordSet Keywords)
    : MailboxChange(MailboxId, ModSeq);

/// <summary>Messages left a mailbox: expunged or moved away. Ascending.</summary>
public sealed record ChangeRemoveUids(MailboxId MailboxId, ModSeq ModSeq, IReadOnlyList<Uid> Uids) : MailboxChange(MailboxId, ModSeq);

/// <summary>The flags or keywords of messages changed; the new ones are in the mailbox's snapshot. Ascending.</summary>
public sealed record ChangeFlags(MailboxId MailboxId, ModSeq ModSeq, IReadOnlyList<Uid> Uids) : MailboxChange(MailboxId, ModSeq);

/// <summary>Counts, UIDNEXT or HIGHESTMODSEQ of a mailbox changed; follows the changes that caused it.</summary>
public sealed record ChangeMailboxCounts(MailboxId MailboxId, ModSeq ModSeq, Mailbox Mailbox) : MailboxChange(MailboxId, ModSeq);

/// <summary>A mailbox has keywords that it did not have before.</summary>
public sealed record ChangeMailboxKeywords(MailboxId MailboxId, ModSeq ModSeq, KeywordSet Keywords) : MailboxChange(MailboxId, ModSeq);

/// <summary>A mailbox was made.</summary>
public sealed record ChangeMailboxAdd(MailboxId MailboxId, ModSeq ModSeq, Mailbox Mailbox) : MailboxChange(MailboxId, ModSeq);

/// <summary>A mailbox was deleted.</summary>
public sealed record ChangeMailboxRemove(MailboxId MailboxId, ModSeq ModSeq, MailboxName Name) : MailboxChange(MailboxId, ModSeq);

/// <summary>A mailbox was renamed.</summary>
public sealed record ChangeMailboxRename(MailboxId MailboxId, ModSeq ModSeq, MailboxName OldName, MailboxName NewName)
    : MailboxChange(MailboxId, ModSeq);

/// <summary>The roles of a mailbox changed.</summary>
public sealed record ChangeSpecialUse(MailboxId MailboxId, ModSeq ModSeq, MailboxName Name, SpecialUse SpecialUse)
    : MailboxChange(MailboxId, ModSeq);

/// <summary>Entries of metadata were set or removed.</summary>
/// <param name="MailboxId">The mailbox, or null for the server.</param>
/// <param name="ModSeq">Of the operation.</param>
/// <param name="Entries">Their names.</param>
public sealed record ChangeAnnotations(MailboxId? MailboxId, ModSeq ModSeq, IReadOnlyList<AnnotationEntry> Entries) : Change(ModSeq);

/// <summary>A name was subscribed to or unsubscribed from.</summary>
public sealed record ChangeSubscription(ModSeq ModSeq, MailboxName Name, bool IsSubscribed) : Change(ModSeq);
