namespace Mox.Store;

/// <summary>What follows a commit, on the writer's thread: memory first, then the callers, then the listeners.</summary>
internal interface IGroupObserver
{
    /// <summary>The database was opened (again).</summary>
    void Reopened(WriteContext context);

    /// <summary>A group is on stable storage: bring snapshots and lists up to it.</summary>
    void Committed(WriteContext context);

    /// <summary>The callers know; tell the others.</summary>
    void Publish(WriteContext context);
}
