using System.Globalization;

namespace Mox.Store;

/// <summary>search.db: full-text tables of trigrams, one for each shard of contents, and how far they go.</summary>
/// <remarks>
/// Written by one thread at a time. All of it can be made again from the messages, so what is lost of it costs time only. A table knows
/// rows by number (<see cref="IndexRow"/>) and not their text; contents that are gone leave it when their shard is made anew under the next
/// generation's name.
/// </remarks>
internal sealed class SearchDatabase : IDisposable
{
    private const int Version = 1;
    private const int CacheKiB = 2048;
    private const int CheckpointPages = 1000;
    private const string Schema =
        """
        BEGIN IMMEDIATE;
        CREATE TABLE IndexState (Id INTEGER NOT NULL PRIMARY KEY CHECK (Id = 1), CoveredTo INTEGER NOT NULL);
        INSERT INTO IndexState (Id, CoveredTo) VALUES (1, 0);
        -- While a shard is made anew, NextTo says how far the next generation's table goes, and NextContents what it has.
        CREATE TABLE Shards (
            Number INTEGER NOT NULL PRIMARY KEY,
            Generation INTEGER NOT NULL,
            Contents INTEGER NOT NULL,
            NextTo INTEGER NULL,
            NextContents INTEGER NOT NULL DEFAULT 0
        );
        -- Contents whose text is too long, or could not be read: each may hold anything.
        CREATE TABLE Undecided (ContentId INTEGER NOT NULL PRIMARY KEY);
        PRAGMA user_version = 1;
        COMMIT;
        """;

    private readonly Database _database;
    private int _checkpointed;

    private SearchDatabase(Database database) => _database = database;

    /// <summary>Pages of the file, in bytes.</summary>
    public long SizeBytes => _database.ReadInt64("PRAGMA page_count") * _database.ReadInt64("PRAGMA page_size");

    /// <summary>The largest id of the contents that the index knows.</summary>
    public long CoveredTo => _database.ReadInt64("SELECT CoveredTo FROM IndexState");

    /// <summary>Opens it, or makes it; one of another version is made anew.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It cannot be used.</exception>
    public static SearchDatabase Open(string path)
    {
        SearchDatabase? opened = TryOpen(path);
        if (opened is null)
        {
            Delete(path);
            opened = TryOpen(path);
        }

        return opened ?? throw new StoreException($"{path} cannot be made.");
    }

    /// <summary>Removes it.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }

    /// <summary>Name of a shard's table.</summary>
    public static string TableOf(long shard, long generation) => string.Create(CultureInfo.InvariantCulture, $"Shard{shard}_{generation}");

    public void Begin() => _database.RunPrepared("BEGIN IMMEDIATE");

    public void Commit() => _database.RunPrepared("COMMIT");

    public void Rollback()
    {
        if (!_database.IsAutoCommit)
        {
            _database.RunPrepared("ROLLBACK");
        }
    }

    public List<IndexShard> ReadShards() => IndexShard.ReadAll(_database);

    public IndexShard? ReadShard(long number) => ReadShards().Find(shard => shard.Number == number);

    /// <summary>Adds a shard, or begins its next generation.</summary>
    public void CreateTable(long shard, long generation) => _database.Run(
        $"CREATE VIRTUAL TABLE {TableOf(shard, generation)} USING fts5(Text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')");

    public void DropTable(long shard, long generation) => _database.Run($"DROP TABLE IF EXISTS {TableOf(shard, generation)}");

    public void Put(IndexShard shard) => _database.Prepare(
        """
        INSERT INTO Shards (Number, Generation, Contents, NextTo, NextContents) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (Number) DO UPDATE SET Generation = excluded.Generation, Contents = excluded.Contents,
            NextTo = excluded.NextTo, NextContents = excluded.NextContents
        """)
        .Bind(shard.Number).Bind(shard.Generation).Bind(shard.Contents).Bind(shard.NextTo).Bind(shard.NextContents).Run();

    public void Remove(long shard) => _database.Prepare("DELETE FROM Shards WHERE Number = ?").Bind(shard).Run();

    public void AddRow(string table, long number, ReadOnlySpan<byte> text) =>
        _database.Prepare($"INSERT INTO {table} (rowid, Text) VALUES (?, ?)").Bind(number).BindText(text).Run();

    public void AddUndecided(long contentId) =>
        _database.Prepare("INSERT OR IGNORE INTO Undecided (ContentId) VALUES (?)").Bind(contentId).Run();

    public void ForgetUndecided(long from, long to) =>
        _database.Prepare("DELETE FROM Undecided WHERE ContentId BETWEEN ? AND ?").Bind(from).Bind(to).Run();

    public void SetCoveredTo(long contentId) =>
        _database.Prepare("UPDATE IndexState SET CoveredTo = ?").Bind(contentId).Run();

    /// <summary>Brings a long log into the file; <paramref name="all"/> whatever its length, and memory is given back.</summary>
    public void Checkpoint(bool all)
    {
        _checkpointed = Math.Min(_checkpointed, _database.WalPages);
        if (_database.WalPages - _checkpointed > (all ? 0 : CheckpointPages))
        {
            _database.Run("PRAGMA wal_checkpoint(PASSIVE)");
            _checkpointed = _database.WalPages;
        }

        if (all)
        {
            _database.Run("PRAGMA shrink_memory");
        }
    }

    public void Dispose() => _database.Dispose();

    private static SearchDatabase? TryOpen(string path)
    {
        bool isNew = !File.Exists(path);
        var database = new Database(path, readOnly: false, CacheKiB);
        try
        {
            if (isNew)
            {
                // Tables come and go: their pages go back to the file system when the index is idle.
                database.Run("PRAGMA auto_vacuum = INCREMENTAL");
            }

            database.Run("PRAGMA journal_mode = WAL");
            database.Run("PRAGMA synchronous = NORMAL");
            database.Run("PRAGMA journal_size_limit = 8388608");
            if (isNew)
            {
                database.RunScript(Schema);
            }

            if (database.ReadInt64("PRAGMA user_version") == Version)
            {
                return new SearchDatabase(database);
            }
        }
        catch
        {
            database.Dispose();
            throw;
        }

        database.Dispose();
        return null;
    }
}
