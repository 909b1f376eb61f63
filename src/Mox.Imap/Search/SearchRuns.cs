using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>The messages that a search looks at, in runs.</summary>
internal abstract class SearchRuns
{
    /// <summary>How many runs.</summary>
    public abstract int Count { get; }

    /// <summary>The columns of a run, until another is asked for.</summary>
    public abstract SnapshotRun At(int run);

    /// <summary>All messages of a scope, in their latest state.</summary>
    public static SearchRuns Of(SearchScope scope) => new ScopeRuns(scope);

    /// <summary>Some messages, whose positions are those in the list.</summary>
    public static SearchRuns Of(IReadOnlyList<MessageEntry> entries) => new EntryRuns(entries);

    private sealed class ScopeRuns(SearchScope scope) : SearchRuns
    {
        private EntryBuffer? _changed;
        private int _changedRun = -1;

        public override int Count => scope.Told.RunCount;

        public override SnapshotRun At(int run)
        {
            var told = scope.Told.Run(run);
            if (ReferenceEquals(scope.Told, scope.Latest) || scope.Told.SharesRun(run, scope.Latest))
            {
                return told;
            }
            _changed ??= new();
            if (_changedRun != run)
            {
                _changedRun = run;
                _changed.Clear();
                for (int i = 0; i < told.Count; i++)
                {
                    _changed.Add(scope.EntryAt(told.Start + i));
                }
            }
            return _changed.Run(told.Start);
        }
    }

    private sealed class EntryRuns(IReadOnlyList<MessageEntry> entries) : SearchRuns
    {
        private readonly EntryBuffer _buffer = new();
        private int _run = -1;

        public override int Count => (entries.Count + SnapshotRun.MaxCount - 1) / SnapshotRun.MaxCount;

        public override SnapshotRun At(int run)
        {
            int start = run * SnapshotRun.MaxCount;
            if (_run != run)
            {
                _run = run;
                _buffer.Clear();
                for (int i = start; i < Math.Min(start + SnapshotRun.MaxCount, entries.Count); i++)
                {
                    _buffer.Add(entries[i]);
                }
            }
            return _buffer.Run(start);
        }
    }
}
