using System.Security.Cryptography;

namespace Mox.Store;

/// <summary>server.db: what belongs to no account. One connection, for the threads that may block.</summary>
internal sealed class ServerDatabase(string path) : IDisposable
{
    private readonly Database _database = AccountSchema.OpenServer(path);
    private readonly Lock _gate = new();

    public T Use<T>(Func<Database, T> use)
    {
        lock (_gate)
        {
            return use(_database);
        }
    }

    /// <summary>Runs writes in one transaction.</summary>
    public T Write<T>(Func<Database, T> write) => Use(database =>
    {
        database.RunPrepared("BEGIN IMMEDIATE");
        try
        {
            T result = write(database);
            database.RunPrepared("COMMIT");
            return result;
        }
        catch
        {
            if (!database.IsAutoCommit)
            {
                database.RunPrepared("ROLLBACK");
            }

            throw;
        }
    });

    /// <summary>A random key of this server, made at its first use.</summary>
    public byte[] Secret(string name) => Use(database =>
    {
        database.Prepare("INSERT OR IGNORE INTO Secrets (Name, Value) VALUES (?, ?)")
            .Bind(name).Bind(RandomNumberGenerator.GetBytes(32)).Run();
        Statement read = database.Prepare("SELECT Value FROM Secrets WHERE Name = ?").Bind(name);
        read.Step();
        byte[] value = read.Blob(0);
        read.Reset();
        return value;
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
            _database.Dispose();
        }
    }
}
