using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mox.Store;

/// <summary>Makes, opens and upgrades databases of one kind.</summary>
/// <remarks>
/// A new database runs the scripts by ADO.NET, since EF Core's first Migrate costs 400 ms in a process; an older one, known by
/// PRAGMA user_version, is migrated by EF Core, whose migrations run the same scripts.
/// </remarks>
/// <param name="name">Scripts are called NAME-0001 and so on.</param>
/// <param name="version">What this code writes: the number of scripts.</param>
/// <param name="migrations">Ids of EF Core's migrations, in order.</param>
/// <param name="script">A script by its name.</param>
/// <param name="context">A context with the migrations.</param>
internal sealed class DatabaseSchema(
    string name, int version, IReadOnlyList<string> migrations, Func<string, string> script, Func<SqliteConnection, DbContext> context)
{
    private const int WriterCacheKiB = 4096;
    private const string HistoryTable =
        """
        CREATE TABLE "__EFMigrationsHistory" (
            "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
            "ProductVersion" TEXT NOT NULL
        );
        """;

    private static string ProductVersion { get; } =
        typeof(DbContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>An embedded text.</summary>
    public static string Resource(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException("No resource " + resource);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A quick look at a database that failed.</summary>
    /// <exception cref="StoreException">It is damaged.</exception>
    public static void Check(Database database)
    {
        using var check = new Statement(database, "PRAGMA quick_check(1)");
        if (!check.Step() || check.Text(0) is not "ok" and var problem)
        {
            throw new StoreException("The database is damaged.");
        }
    }

    /// <summary>Makes it under a temporary name, so that there is never half of one.</summary>
    public void CreateWhenMissing(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        string temporary = path + ".new";
        File.Delete(temporary);
        Create(temporary).Dispose();
        File.Move(temporary, path);
        Platform.FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a new database.</summary>
    public Database Create(string path)
    {
        var database = new Database(path, readOnly: false, WriterCacheKiB);
        try
        {
            Configure(database);
            database.Run("BEGIN IMMEDIATE");
            database.RunScript(HistoryTable);
            for (int i = 0; i < migrations.Count; i++)
            {
                database.RunScript(script($"{name}-{i + 1:0000}"));
                database.Prepare("INSERT INTO __EFMigrationsHistory (MigrationId, ProductVersion) VALUES (?, ?)")
                    .Bind(migrations[i]).Bind(ProductVersion).Run();
            }

            database.Run("COMMIT");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens one for writing, and brings it to this version.</summary>
    /// <exception cref="StoreException">It is missing, not a database of ours, or of a newer version.</exception>
    public Database Open(string path, Action<string>? faults)
    {
        if (!File.Exists(path))
        {
            throw new StoreException($"{path} is missing.");
        }

        var database = new Database(path, readOnly: false, WriterCacheKiB, faults);
        try
        {
            Configure(database);
            long found = database.ReadInt64("PRAGMA user_version");
            if (found > version)
            {
                throw new StoreException($"{path} is of version {found}, newer than this program's {version}.");
            }

            if (found < 1)
            {
                throw new StoreException($"{path} is not a database of this program.");
            }

            if (found < version)
            {
                using DbContext upgrade = context(database.Connection);
                upgrade.Database.Migrate();
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void Configure(Database database)
    {
        database.Run("PRAGMA journal_mode = WAL");
        database.Run("PRAGMA synchronous = FULL");
        database.Run("PRAGMA journal_size_limit = 33554432");
    }
}
