namespace Mox.Smtp;

/// <summary>What RCPT TO said: a recipient, and what its sender wants to hear of it (RFC 3461 section 4).</summary>
/// <param name="Path">Who gets the message.</param>
/// <param name="Notify">When a notification is wanted; null when nothing was said, which means on failure and perhaps on delay.</param>
/// <param name="OriginalRecipient">The recipient as the sender first had it, for reports; null when not given.</param>
public sealed record RecipientRequest(ForwardPath Path, DsnNotify? Notify = null, OriginalRecipient? OriginalRecipient = null);
