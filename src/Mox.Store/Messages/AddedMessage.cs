namespace Mox.Store;

/// <summary>Where an added message is now.</summary>
/// <param name="MailboxId">Its mailbox.</param>
/// <param name="UidValidity">UIDVALIDITY of that mailbox, for APPENDUID (RFC 4315 section 3).</param>
/// <param name="Uid">Its UID.</param>
/// <param name="MessageId">Its content.</param>
/// <param name="ModSeq">Of the operation.</param>
public readonly record struct AddedMessage(MailboxId MailboxId, UidValidity UidValidity, Uid Uid, MessageId MessageId, ModSeq ModSeq);
