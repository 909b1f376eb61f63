namespace Mox.Store;

/// <summary>The snapshots and views of an account, brought up after each commit, and what they keep from being erased.</summary>
internal sealed class MailboxStates(Action<IReadOnlyList<MessageId>> erase)
{
    /// <summary>Snapshots kept though no session looks at them.</summary>
    private const int MaxUnviewed = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, MailboxState> _states = [];
    private readonly Dictionary<long, int> _pinned = [];
    private readonly HashSet<long> _toErase = [];
    private List<MessageId> _free = [];
    private int _holds;
    private long _use;

    /// <summary>The view, or the state whose snapshot is to be loaded first.</summary>
    public MailboxView? TryView(MailboxId id, Func<MailboxState, Task> load, out Task? loading)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(id.Value, out MailboxState? state))
            {
                state = new MailboxState(id, this);
                _states.Add(id.Value, state);
            }

            state.LastUse = ++_use;
            if (state.Snapshot is { } snapshot)
            {
                loading = null;
                var view = new MailboxView(state, snapshot);
                state.Views.Add(view);
                return view;
            }

            // From here on what is committed is noted, so that the load cannot miss it.
            loading = state.Loading ??= load(state);
            return null;
        }
    }

    /// <summary>The snapshot was read: add what was committed since it was.</summary>
    public void Loaded(MailboxState state, MailboxSnapshot snapshot)
    {
        lock (_gate)
        {
            ModSeq loaded = snapshot.HighestModSeq;
            var editor = new SnapshotEditor(snapshot);
            foreach ((SnapshotEdit edit, Mailbox mailbox) in state.Missed)
            {
                // A group is seen whole or not at all by the read that made the snapshot.
                if (edit.ModSeq > loaded)
                {
                    edit.Apply(editor);
                    snapshot = editor.Build(mailbox.UidNext, mailbox.HighestModSeq, mailbox.Keywords);
                }
            }

            state.Missed.Clear();
            state.Loading = null;
            state.Snapshot = snapshot;
            DropUnviewed();
        }
    }

    public void LoadFailed(MailboxState state)
    {
        lock (_gate)
        {
            // After the account was reopened there may be another in its place, which sessions look at.
            if (_states.GetValueOrDefault(state.Id.Value) == state)
            {
                _states.Remove(state.Id.Value);
            }
        }
    }

    /// <summary>A group was committed.</summary>
    public void Apply(List<SnapshotEdit> edits, MailboxList mailboxes, IEnumerable<Change> changes)
    {
        lock (_gate)
        {
            var editors = new Dictionary<long, SnapshotEditor>();
            foreach (SnapshotEdit edit in edits)
            {
                Pin(edit);
                if (!_states.TryGetValue(edit.MailboxId.Value, out MailboxState? state))
                {
                    continue;
                }

                if (state.Snapshot is not { } snapshot)
                {
                    Miss(state, edit, mailboxes);
                    continue;
                }

                if (!editors.TryGetValue(edit.MailboxId.Value, out SnapshotEditor? editor))
                {
                    editor = new SnapshotEditor(snapshot);
                    editors.Add(edit.MailboxId.Value, editor);
                }

                edit.Apply(editor);
            }

            foreach ((long id, SnapshotEditor editor) in editors)
            {
                if (mailboxes.ById.TryGetValue(id, out Mailbox? mailbox))
                {
                    _states[id].Snapshot = editor.Build(mailbox.UidNext, mailbox.HighestModSeq, mailbox.Keywords);
                }
            }

            foreach (Change change in changes)
            {
                if (change is ChangeMailboxRemove removed && _states.Remove(removed.MailboxId.Value, out MailboxState? state))
                {
                    state.IsGone = true;
                }
            }
        }

        Erase();
    }

    /// <summary>The database was reopened and does not have what memory had: who looks must look anew.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            foreach (MailboxState state in _states.Values)
            {
                state.IsGone = true;
            }

            _states.Clear();
        }
    }

    /// <summary>Contents that an earlier run left to erase.</summary>
    public void AddToErase(IEnumerable<MessageId> contents)
    {
        lock (_gate)
        {
            _free.AddRange(contents);
        }

        Erase();
    }

    /// <summary>Nothing more is erased until as many calls of <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _holds++;
        }
    }

    /// <summary>Ends a hold; what waited is erased.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _holds--;
        }

        Erase();
    }

    public void Advanced(MailboxState state)
    {
        lock (_gate)
        {
            Unpin(state);
        }

        Erase();
    }

    public void Remove(MailboxState state, MailboxView view)
    {
        lock (_gate)
        {
            state.Views.Remove(view);
            state.LastUse = ++_use;
            Unpin(state);
            DropUnviewed();
        }

        Erase();
    }

    /// <summary>Whether a view may still name a content; then it is erased when none can any more.</summary>
    public bool Defer(MessageId content)
    {
        lock (_gate)
        {
            bool isPinned = _pinned.ContainsKey(content.Value);
            if (isPinned)
            {
                _toErase.Add(content.Value);
            }

            return isPinned;
        }
    }

    private void Pin(SnapshotEdit edit)
    {
        if (edit is not SnapshotRemove remove)
        {
            return;
        }

        if (_states.TryGetValue(edit.MailboxId.Value, out MailboxState? state) && state.Views.Count > 0)
        {
            state.Pins.Enqueue((edit.ModSeq, remove.Contents));
            foreach (MessageId content in remove.Contents)
            {
                _pinned[content.Value] = _pinned.GetValueOrDefault(content.Value) + 1;
            }
        }

        if (remove.Erase)
        {
            foreach (MessageId content in remove.Contents)
            {
                if (!_pinned.ContainsKey(content.Value))
                {
                    _free.Add(content);
                }
                else
                {
                    _toErase.Add(content.Value);
                }
            }
        }
    }

    private void Unpin(MailboxState state)
    {
        if (state.Pins.Count == 0)
        {
            return;
        }

        var oldest = new ModSeq(long.MaxValue);
        foreach (MailboxView view in state.Views)
        {
            oldest = view.Told.HighestModSeq < oldest ? view.Told.HighestModSeq : oldest;
        }

        while (state.Pins.TryPeek(out (ModSeq ModSeq, List<MessageId> Contents) pin) && pin.ModSeq <= oldest)
        {
            state.Pins.Dequeue();
            foreach (MessageId content in pin.Contents)
            {
                int left = _pinned[content.Value] - 1;
                if (left == 0)
                {
                    _pinned.Remove(content.Value);
                    if (_toErase.Remove(content.Value))
                    {
                        _free.Add(content);
                    }
                }
                else
                {
                    _pinned[content.Value] = left;
                }
            }
        }
    }

    // Under the lock: what goes has gone before a hold begins.
    private void Erase()
    {
        lock (_gate)
        {
            if (_free.Count == 0 || _holds > 0)
            {
                return;
            }

            List<MessageId> free = _free;
            _free = [];
            erase(free);
        }
    }

    private static void Miss(MailboxState state, SnapshotEdit edit, MailboxList mailboxes)
    {
        if (state.Loading is not null && mailboxes.ById.TryGetValue(edit.MailboxId.Value, out Mailbox? mailbox))
        {
            state.Missed.Add((edit, mailbox));
        }
    }

    private void DropUnviewed()
    {
        MailboxState[] unviewed = [.. _states.Values.Where(s => s.Views.Count == 0 && s.Loading is null)];
        foreach (MailboxState state in unviewed.OrderByDescending(s => s.LastUse).Skip(MaxUnviewed))
        {
            _states.Remove(state.Id.Value);
        }
    }
}
