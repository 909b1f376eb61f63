namespace Mox.Store;

/// <summary>A row of the table Tombstones.</summary>
internal sealed class TombstoneRow
{
    public long MailboxId { get; set; }

    public long ModSeq { get; set; }

    public long Uid { get; set; }

    public long ExpungedAt { get; set; }
}
