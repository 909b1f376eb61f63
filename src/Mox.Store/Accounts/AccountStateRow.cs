namespace Mox.Store;

/// <summary>The counters of an account.</summary>
internal sealed class AccountStateRow
{
    public long Id { get; set; }

    public long LastModSeq { get; set; }

    public long LastMessageId { get; set; }

    public long LastMailboxId { get; set; }

    public long NextUidValidity { get; set; }

    public long MessageCount { get; set; }

    public long SizeBytes { get; set; }
}
