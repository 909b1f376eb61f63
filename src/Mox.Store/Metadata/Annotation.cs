namespace Mox.Store;

/// <summary>An entry of metadata that has a value (RFC 5464 section 3).</summary>
/// <param name="MailboxId">The mailbox, or null for the server: in effect the account.</param>
/// <param name="Entry">Its name.</param>
/// <param name="Value">Its bytes.</param>
public sealed record Annotation(MailboxId? MailboxId, AnnotationEntry Entry, byte[] Value);
