namespace Mox.Store;

/// <summary>What an open account keeps in memory of a mailbox that somebody looks at: the newest snapshot and the views.</summary>
internal sealed class MailboxState(MailboxId id)
{
    public MailboxId Id { get; } = id;

    public MailboxSnapshot? Snapshot { get; set; }

    public bool IsGone { get; set; }

    public void Advanced(MailboxView view) => throw new NotImplementedException();

    public void Remove(MailboxView view) => throw new NotImplementedException();
}
