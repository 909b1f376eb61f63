namespace Mox.Store;

/// <summary>
/// Drops tombstones that are too old or too many; the mailbox remembers up to where, and QRESYNC answers less finely from there.
/// </summary>
internal sealed class ReclaimTombstonesOperation : WriteOperation
{
    // So many in one go, so that the writer does not stand still.
    private const int MaxPerOperation = 20_000;

    public override void Execute(WriteContext context)
    {
        long before = context.Now.ToUnixTimeSeconds() - (long)context.Options.TombstoneAge.TotalSeconds;
        foreach (Mailbox mailbox in context.Mailboxes.ById.Values)
        {
            if (LastToDrop(context, mailbox.Id, before) is { } last)
            {
                // All of one operation go together: half of it would be a wrong answer.
                context.Database.Prepare("DELETE FROM Tombstones WHERE MailboxId = ? AND ModSeq <= ?")
                    .Bind(mailbox.Id.Value).Bind(last).Run();
                context.Put(mailbox with { HighestDeletedModSeq = new ModSeq(last) });
            }
        }
    }

    public override void Complete()
    {
    }

    public override void Fail(Exception exception)
    {
    }

    private static long? LastToDrop(WriteContext context, MailboxId id, long before)
    {
        Statement count = context.Database.Prepare("SELECT COUNT(*) FROM Tombstones WHERE MailboxId = ?").Bind(id.Value);
        count.Step();
        long surplus = count.Int64(0) - context.Options.MaxTombstones;
        count.Reset();

        Statement read = context.Database.Prepare(
            "SELECT ModSeq, ExpungedAt FROM Tombstones WHERE MailboxId = ? ORDER BY ModSeq, Uid LIMIT ?")
            .Bind(id.Value).Bind(MaxPerOperation);
        long? last = null;
        for (long i = 0; read.Step(); i++)
        {
            if (i >= surplus && read.Int64(1) >= before)
            {
                read.Reset();
                break;
            }

            last = read.Int64(0);
        }

        return last;
    }
}
