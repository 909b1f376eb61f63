namespace Mox.Store;

/// <summary>An account.db as its writer sees it.</summary>
internal sealed class AccountTarget(string account, string directory, StoreServices store, WriteContext context, IGroupObserver observer) : IGroupTarget
{
    public string Name { get; } = "account " + account;

    public string DatabasePath { get; } = Path.Combine(directory, "account.db");

    public CheckpointLimits Checkpoints => new(QuietPages: 1000, AlwaysPages: 4000);

    public Database OpenDatabase() => AccountSchema.Open(DatabasePath, store.Options.Faults);

    public StoreException Unavailable(Exception? cause) => new AccountUnavailableException(account, cause);

    public void Reopened() => observer.Reopened(context);

    public void Committed() => observer.Committed(context);

    public void Publish() => observer.Publish(context);

    public void CountGroup(int operations, TimeSpan duration) => store.Metrics.GroupCommitted(operations, duration);

    public void CountFailure(bool inDoubt)
    {
        store.Metrics.GroupFailed();
        if (inDoubt)
        {
            store.Metrics.AccountPoisoned();
        }
    }

    public void SetTroubled(bool isTroubled) => store.Metrics.AccountTroubled(isTroubled ? 1 : -1);
}
