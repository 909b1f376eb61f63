namespace Mox.Store;

/// <summary>A row of the table Mailboxes.</summary>
internal sealed class MailboxRow
{
    public long Id { get; set; }

    public string Name { get; set; } = "";

    public long UidValidity { get; set; }

    public long UidNext { get; set; }

    public long CreateModSeq { get; set; }

    public long HighestModSeq { get; set; }

    public long HighestDeletedModSeq { get; set; }

    public long SpecialUse { get; set; }

    public string Keywords { get; set; } = "";

    public long Total { get; set; }

    public long Deleted { get; set; }

    public long Unread { get; set; }

    public long Unseen { get; set; }

    public long SizeBytes { get; set; }

    public long DeletedSizeBytes { get; set; }
}
