namespace Mox.Store;

/// <summary>What the operations of a group work on: the database, links of contents, and the state that memory gets after the commit.</summary>
/// <remarks>
/// Used on the writer's thread only. An operation that fails is undone by going back to what <see cref="BeginOperation"/> kept; ids and
/// counters that were given out only go up, so a failed operation leaves a gap in them and nothing else.
/// </remarks>
internal abstract class GroupContext(string directory, IMessageFiles files, TimeProvider timeProvider)
{
    private int _linksBefore;

    /// <summary>The open database.</summary>
    public Database Database { get; private set; } = null!;

    /// <summary>When the group began.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Links of the group's contents.</summary>
    public ContentLinks Links { get; } = new(files, directory);

    /// <summary>Takes the state of a database that was just opened, and removes the files of messages that it does not know.</summary>
    public void Open(Database database)
    {
        Database = database;
        Load(files.SweepAbove(directory, ReadLastMessageId()));
    }

    /// <summary>The same for a new database, to which no files belong.</summary>
    public void OpenNew(Database database)
    {
        Database = database;
        Load(highestIdOnDisk: 0);
    }

    /// <summary>The group was rolled back: what the database has is what was before it.</summary>
    public void RolledBack() => Load(highestIdOnDisk: 0);

    public virtual void BeginGroup()
    {
        Now = timeProvider.GetUtcNow();
        Links.BeginGroup();
    }

    public virtual void BeginOperation() => _linksBefore = Links.Count;

    /// <summary>Undoes the running operation in memory and removes the links it made; the database is rolled back by the caller.</summary>
    public virtual void UndoOperation() => Links.Remove(_linksBefore);

    /// <summary>Writes what is written once for a group, at its end.</summary>
    public abstract void WriteState();

    /// <summary>The group holds.</summary>
    public virtual void Committed() => Links.Committed();

    /// <summary>The last id of a message that the database knows to have been given out.</summary>
    protected abstract long ReadLastMessageId();

    /// <summary>Takes the state of the database. Ids go beyond what was ever given out.</summary>
    protected abstract void Load(long highestIdOnDisk);
}
