namespace Mox.Smtp.Client;

/// <summary>One recipient of a message to be sent.</summary>
/// <param name="Path">Who.</param>
/// <param name="Notify">NOTIFY, sent to a server with DSN; null: none.</param>
/// <param name="OriginalRecipient">ORCPT, sent to a server with DSN; null: none.</param>
public sealed record OutgoingRecipient(ForwardPath Path, DsnNotify? Notify = null, OriginalRecipient? OriginalRecipient = null);
