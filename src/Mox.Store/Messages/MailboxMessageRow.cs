namespace Mox.Store;

/// <summary>A row of the table Messages: a message in a mailbox.</summary>
internal sealed class MailboxMessageRow
{
    public long MailboxId { get; set; }

    public long Uid { get; set; }

    public long ContentId { get; set; }

    public long Flags { get; set; }

    public long ModSeq { get; set; }

    public long CreateModSeq { get; set; }

    public long SizeBytes { get; set; }

    public long ReceivedAt { get; set; }

    public long SavedAt { get; set; }

    public string? Keywords { get; set; }
}
