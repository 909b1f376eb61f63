namespace Mox.Imap;

/// <summary>What a client can ask to be told of (RFC 5465 section 5).</summary>
[Flags]
internal enum NotifyEvents
{
    None = 0,
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,
    MailboxName = 8,
    SubscriptionChange = 16,
    MailboxMetadataChange = 32,
    ServerMetadataChange = 64,

    /// <summary>About messages: all that SELECTED can have.</summary>
    Messages = MessageNew | MessageExpunge | FlagChange,
}
