namespace Mox.Store;

/// <summary>What a group writer writes to, and what follows a commit: memory first, then the callers, then the listeners.</summary>
/// <remarks>All calls come on the writer's thread, but for those of the first opening.</remarks>
internal interface IGroupTarget
{
    /// <summary>As it is called in logs: <c>account x</c>, <c>queue</c>.</summary>
    string Name { get; }

    /// <summary>The database.</summary>
    string DatabasePath { get; }

    /// <summary>When its log goes into its database.</summary>
    CheckpointLimits Checkpoints { get; }

    /// <summary>Opens the database for writing.</summary>
    Database OpenDatabase();

    /// <summary>What callers get when it cannot be used: a temporary failure.</summary>
    StoreException Unavailable(Exception? cause);

    /// <summary>The database was opened (again): memory is what the context has loaded.</summary>
    void Reopened();

    /// <summary>A group is on stable storage: bring memory up to it. Must not throw.</summary>
    void Committed();

    /// <summary>The callers know; tell the others.</summary>
    void Publish();

    /// <summary>Counts a group of writes that holds.</summary>
    void CountGroup(int operations, TimeSpan duration);

    /// <summary>Counts a group that failed whole; the state of the database was in doubt, or not.</summary>
    void CountFailure(bool inDoubt);

    /// <summary>The first failure after all went well, or the end of trouble.</summary>
    void SetTroubled(bool isTroubled);
}
