using Microsoft.Data.Sqlite;

namespace Mox.Store;

/// <summary>What a failure of a file or of SQLite means.</summary>
internal static class StorageFailure
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Full = 13;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Range = 25;

    /// <summary>Whether a file or the database failed, not code of ours.</summary>
    public static bool Is(Exception exception) => exception is SqliteException or IOException or UnauthorizedAccessException;

    /// <summary>Whether there was no room.</summary>
    public static bool IsFull(Exception exception) =>
        Platform.IsDiskFull(exception) || exception is SqliteException { SqliteErrorCode: Full };

    /// <summary>Whether SQLite refused one statement for what it said: the transaction goes on. After others it cannot be trusted to.</summary>
    public static bool IsOfStatement(SqliteException exception) => exception.SqliteErrorCode is Constraint or Mismatch or Range;

    /// <summary>Whether the database is as it was, and needs no check.</summary>
    /// <remarks>
    /// A database that another process locks is as it was; one that found no room has not written its commit's last frame, so it does not
    /// hold. Neither is damage, and to look for some at each message would take the server down with the account.
    /// </remarks>
    public static bool IsHarmless(Exception exception, GroupStep reached) =>
        exception is SqliteException sqlite
        && (sqlite.SqliteErrorCode == Full || (reached == GroupStep.Nothing && sqlite.SqliteErrorCode is Busy or Locked));

    /// <summary>As callers get it: no room, not available, or as it is when it is not of the storage.</summary>
    public static Exception Map(Exception exception, Func<Exception, StoreException> unavailable) => exception switch
    {
        StoreException => exception,
        _ when IsFull(exception) => new StoreFullException(exception),
        _ when Is(exception) => unavailable(exception),
        _ => exception,
    };
}
