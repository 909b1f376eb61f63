using Microsoft.Data.Sqlite;

namespace Mox.Store;

/// <summary>When a writer brings its log into its database.</summary>
/// <param name="QuietPages">Past so many pages that are not yet there: when nothing was written for a while.</param>
/// <param name="AlwaysPages">Past so many: at once, although writes wait.</param>
internal readonly record struct CheckpointLimits(int QuietPages, int AlwaysPages);

/// <summary>Checkpoints of a writer's log; used on its thread.</summary>
/// <remarks>
/// Not while writes come one after the other, each of which would wait for it: when there was none for a while, or when the log has grown past
/// all measure.
/// </remarks>
/// <param name="limits">When it is due.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="wake">Makes the writer take a turn.</param>
internal sealed class Checkpoints(CheckpointLimits limits, TimeProvider timeProvider, Action wake)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private int _checkpointed;
    private ITimer? _quiet;
    private volatile bool _isQuiet;

    /// <summary>Does what is due.</summary>
    /// <exception cref="SqliteException">It failed, which harms nobody: the log stays.</exception>
    public void RunWhenDue(Database database, bool isIdle)
    {
        // A log that was begun anew is shorter than what was checkpointed of the last one.
        _checkpointed = Math.Min(_checkpointed, database.WalPages);
        int pages = database.WalPages - _checkpointed;
        if (pages > limits.AlwaysPages || (pages > limits.QuietPages && _isQuiet && isIdle))
        {
            database.Run("PRAGMA wal_checkpoint(PASSIVE)");
            _checkpointed = database.WalPages;
        }
        else if (pages > limits.QuietPages)
        {
            _quiet ??= timeProvider.CreateTimer(_ => OnQuiet(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _quiet.Change(Quiet, Timeout.InfiniteTimeSpan);
        }

        _isQuiet = false;
    }

    /// <summary>There will be no more.</summary>
    public void Stop() => _quiet?.Dispose();

    private void OnQuiet()
    {
        _isQuiet = true;
        wake();
    }
}
