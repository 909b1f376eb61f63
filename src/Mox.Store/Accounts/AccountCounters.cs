namespace Mox.Store;

/// <summary>The counters of an account (table AccountState).</summary>
internal readonly record struct AccountCounters(
    long LastModSeq, long LastMessageId, long LastMailboxId, long NextUidValidity, long MessageCount, long SizeBytes)
{
    public static AccountCounters Read(Database database)
    {
        Statement read = database.Prepare(
            "SELECT LastModSeq, LastMessageId, LastMailboxId, NextUidValidity, MessageCount, SizeBytes FROM AccountState");
        if (!read.Step())
        {
            throw new StoreException("AccountState has no row.");
        }

        var counters = new AccountCounters(
            read.Int64(0), read.Int64(1), read.Int64(2), read.Int64(3), read.Int64(4), read.Int64(5));
        read.Reset();
        return counters;
    }

    public void Write(Database database) =>
        database.Prepare(
            """
            UPDATE AccountState SET LastModSeq = ?, LastMessageId = ?, LastMailboxId = ?, NextUidValidity = ?, MessageCount = ?, SizeBytes = ?
            """)
            .Bind(LastModSeq).Bind(LastMessageId).Bind(LastMailboxId).Bind(NextUidValidity).Bind(MessageCount).Bind(SizeBytes)
            .Run();
}
