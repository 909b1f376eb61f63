namespace Mox.Store;

/// <summary>One session's view of a mailbox: what is there now, and what this client was told.</summary>
/// <remarks>
/// Sequence numbers mean positions in <see cref="Told"/>. At points where its protocol allows, the session writes
/// <see cref="SnapshotDiff.Between"/> Told and <see cref="Current"/> and calls <see cref="Advance"/>. As long as it has not advanced,
/// what Told names stays readable, also when another session expunged it. Used by one session, so not thread-safe; dispose it.
/// </remarks>
public sealed class MailboxView : IDisposable
{
    private readonly MailboxState _state;
    private bool _disposed;

    internal MailboxView(MailboxState state, MailboxSnapshot told)
    {
        _state = state;
        Told = told;
    }

    /// <summary>The mailbox.</summary>
    public MailboxId MailboxId => _state.Id;

    /// <summary>Latest committed state.</summary>
    public MailboxSnapshot Current => _state.Snapshot!;

    /// <summary>What the client was told.</summary>
    public MailboxSnapshot Told { get; private set; }

    /// <summary>Whether there is something to tell: a look at two references.</summary>
    public bool HasNews => !ReferenceEquals(Told, Current);

    /// <summary>Whether the mailbox was deleted, or its account failed: the session should end the selected state.</summary>
    public bool IsGone => _state.IsGone;

    /// <summary>The client now knows this snapshot, which came from <see cref="Current"/>.</summary>
    public void Advance(MailboxSnapshot to)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (to.MailboxId != MailboxId || to.HighestModSeq < Told.HighestModSeq)
        {
            throw new ArgumentException("Not a later snapshot of this mailbox.", nameof(to));
        }

        if (!ReferenceEquals(to, Told))
        {
            Told = to;
            _state.Advanced();
        }
    }

    /// <summary>Ends the view; what only it could still name is erased.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _state.Remove(this);
        }
    }
}
