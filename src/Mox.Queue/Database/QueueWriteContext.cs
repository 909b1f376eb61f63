using Mox.Store;

namespace Mox.Queue;

/// <summary>What the operations of a group of writes to the queue work on. What memory is to become is done after the commit.</summary>
internal sealed class QueueWriteContext(string directory, IMessageFiles files, TimeProvider timeProvider) : GroupContext(directory, files, timeProvider)
{
    private readonly List<Action> _afterCommit = [];
    private int _actionsBefore;
    private long _lastMessageId;
    private long _lastRecipientId;
    private (long Message, long Recipient) _written;

    public long TakeMessageId() => ++_lastMessageId;

    public long TakeRecipientId() => ++_lastRecipientId;

    /// <summary>Runs when the group is on stable storage, on the writer's thread; must be quick and must not throw.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Tells memory.</summary>
    public void RunAfterCommit()
    {
        foreach (Action action in _afterCommit)
        {
            action();
        }
    }

    public override void BeginGroup()
    {
        base.BeginGroup();
        _afterCommit.Clear();
    }

    public override void BeginOperation()
    {
        base.BeginOperation();
        _actionsBefore = _afterCommit.Count;
    }

    public override void UndoOperation()
    {
        _afterCommit.RemoveRange(_actionsBefore, _afterCommit.Count - _actionsBefore);
        base.UndoOperation();
    }

    /// <summary>Writes the ids that were given out.</summary>
    public override void WriteState()
    {
        if (_written != (_lastMessageId, _lastRecipientId))
        {
            Database.Prepare("UPDATE QueueState SET LastMessageId = ?, LastRecipientId = ? WHERE Id = 1")
                .Bind(_lastMessageId).Bind(_lastRecipientId).Run();
        }
    }

    public override void Committed()
    {
        base.Committed();
        _written = (_lastMessageId, _lastRecipientId);
    }

    protected override long ReadLastMessageId() => ReadState().Message;

    protected override void Load(long highestIdOnDisk)
    {
        _written = ReadState();
        _lastMessageId = Math.Max(Math.Max(_lastMessageId, _written.Message), highestIdOnDisk);
        _lastRecipientId = Math.Max(_lastRecipientId, _written.Recipient);
    }

    private (long Message, long Recipient) ReadState()
    {
        Statement read = Database.Prepare("SELECT LastMessageId, LastRecipientId FROM QueueState WHERE Id = 1");
        if (!read.Step())
        {
            throw new StoreException("The queue has no state.");
        }

        (long Message, long Recipient) state = (read.Int64(0), read.Int64(1));
        read.Reset();
        return state;
    }
}
