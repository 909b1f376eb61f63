using Mox.Store;

namespace Mox.Queue;

/// <summary>queue.db as its writer sees it.</summary>
internal sealed class QueueTarget(QueueFiles files, QueueWriteContext context, QueueMetrics metrics, Action<string>? faults, Action reopened) : IGroupTarget
{
    public string Name => "queue";

    public string DatabasePath => files.DatabasePath;

    public CheckpointLimits Checkpoints => new(QuietPages: 2000, AlwaysPages: 16000);

    public Database OpenDatabase() => QueueSchema.Database.Open(files.DatabasePath, faults);

    public StoreException Unavailable(Exception? cause) => new QueueUnavailableException(cause);

    public void Reopened()
    {
        files.Readers.Drain();
        reopened();
    }

    public void Committed() => context.RunAfterCommit();

    public void Publish()
    {
    }

    public void CountGroup(int operations, TimeSpan duration) => metrics.GroupCommitted(operations);

    // Problem and the log say so; there is one queue only.
    public void CountFailure(bool inDoubt)
    {
    }

    public void SetTroubled(bool isTroubled)
    {
    }
}
