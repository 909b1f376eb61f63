using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Mox.Store;

/// <summary>Read-only connections of a database: readers of the write-ahead log never wait for the writer, nor it for them.</summary>
/// <param name="databasePath">The database.</param>
/// <param name="unavailable">What is thrown when it cannot be read.</param>
internal sealed class DatabaseReaders(string databasePath, Func<Exception, StoreException> unavailable)
{
    private const int MaxIdle = 4;
    private const int CacheKiB = 2048;

    private readonly ConcurrentStack<Database> _idle = new();
    private volatile bool _closed;

    /// <summary>Runs a short read on the calling thread.</summary>
    public T Read<T>(Func<Database, T> read)
    {
        Database? database = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_idle.TryPop(out database))
            {
                database = new Database(databasePath, readOnly: true, CacheKiB);
            }

            T result = read(database);
            Return(database);
            return result;
        }
        catch (Exception e) when (e is SqliteException or ObjectDisposedException)
        {
            // A connection that failed is not used again.
            database?.Dispose();
            throw unavailable(e);
        }
        catch
        {
            database?.Dispose();
            throw;
        }
    }

    /// <summary>Later reads fail.</summary>
    public void Close()
    {
        _closed = true;
        Drain();
    }

    /// <summary>Closes the idle connections, such as those of a database that was reopened.</summary>
    public void Drain()
    {
        while (_idle.TryPop(out Database? database))
        {
            database.Dispose();
        }
    }

    private void Return(Database database)
    {
        if (_idle.Count >= MaxIdle || _closed)
        {
            database.Dispose();
            return;
        }

        _idle.Push(database);
        if (_closed)
        {
            Drain();
        }
    }
}
