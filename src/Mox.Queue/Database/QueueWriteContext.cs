using Mox.Store;

namespace Mox.Queue;

/// <summary>What the operations of a group work on. Used on the writer's thread only.</summary>
/// <remarks>Ids only go up; what memory is to become is done after the commit. A failed operation leaves gaps in the ids and nothing else.</remarks>
internal sealed class QueueWriteContext(string directory, IMessageFiles files, TimeProvider timeProvider)
{
    private readonly List<string> _links = [];
    private readonly List<Action> _afterCommit = [];
    private (int Links, int Actions) _begin;
    private long _lastMessageId;
    private long _lastRecipientId;
    private (long Message, long Recipient) _written;
    private bool _isSettled;

    public Database Database { get; private set; } = null!;

    public DateTimeOffset Now { get; private set; }

    public HashSet<string> DirectoriesToFlush { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes the state from a database that was just opened, and removes the files of messages that it does not know.</summary>
    public void Load(Database database)
    {
        Statement read = database.Prepare("SELECT LastMessageId, LastRecipientId FROM QueueState WHERE Id = 1");
        if (!read.Step())
        {
            throw new StoreException("The queue has no state.");
        }

        _written = (read.Int64(0), read.Int64(1));
        read.Reset();
        _lastMessageId = Math.Max(_lastMessageId, files.SweepAbove(directory, _written.Message));
        _lastRecipientId = Math.Max(_lastRecipientId, _written.Recipient);
        Database = database;
    }

    public void BeginGroup()
    {
        Now = timeProvider.GetUtcNow();
        _links.Clear();
        _afterCommit.Clear();
        DirectoriesToFlush.Clear();
    }

    public void BeginOperation() => _begin = (_links.Count, _afterCommit.Count);

    /// <summary>Undoes the running operation in memory and removes the links it made.</summary>
    public void UndoOperation()
    {
        _afterCommit.RemoveRange(_begin.Actions, _afterCommit.Count - _begin.Actions);
        RemoveLinks(_begin.Links);
    }

    /// <summary>Removes the links that the group made, from an index on; only for what surely was not committed.</summary>
    public void RemoveLinks(int from)
    {
        for (int i = _links.Count - 1; i >= from; i--)
        {
            files.Delete(_links[i]);
            _links.RemoveAt(i);
        }
    }

    public long TakeMessageId() => ++_lastMessageId;

    public long TakeRecipientId() => ++_lastRecipientId;

    /// <summary>Runs when the group is on stable storage, on the writer's thread; must be quick and must not throw.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Links a spooled file as the content of a message.</summary>
    public void Link(string temporaryPath, long id)
    {
        var message = new MessageId(id);
        // Noted before it is made: a failure in between removes a file that is not there, which is no error.
        _links.Add(files.PathOf(directory, message));
        IReadOnlyList<string> touched = files.Link(temporaryPath, directory, message);
        DirectoriesToFlush.UnionWith(touched);
        if (!_isSettled)
        {
            // A process that died may have made it, and not flushed its name.
            DirectoriesToFlush.Add(Path.GetDirectoryName(touched[0])!);
            DirectoriesToFlush.Add(directory);
        }
    }

    /// <summary>Writes the ids that were given out, once for the group.</summary>
    public void WriteState()
    {
        if (_written != (_lastMessageId, _lastRecipientId))
        {
            Database.Prepare("UPDATE QueueState SET LastMessageId = ?, LastRecipientId = ? WHERE Id = 1")
                .Bind(_lastMessageId).Bind(_lastRecipientId).Run();
        }
    }

    /// <summary>The directories of the group are on stable storage.</summary>
    public void DirectoriesFlushed() => _isSettled |= DirectoriesToFlush.Contains(directory);

    /// <summary>The group failed: what it made may not be on stable storage.</summary>
    public void Unsettle() => _isSettled = false;

    /// <summary>The group holds.</summary>
    public void Committed()
    {
        _written = (_lastMessageId, _lastRecipientId);
        _links.Clear();
    }

    /// <summary>Tells memory.</summary>
    public void Publish()
    {
        foreach (Action action in _afterCommit)
        {
            action();
        }
    }
}
