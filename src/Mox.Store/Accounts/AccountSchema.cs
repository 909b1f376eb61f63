using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Mox.Store;

/// <summary>Makes, opens and upgrades the databases. The CREATE statements are in Migrations/Scripts and nowhere else.</summary>
/// <remarks>
/// A new database runs the scripts by ADO.NET, since EF Core's first Migrate costs 400 ms in a process; an older one, known by
/// PRAGMA user_version, is migrated by EF Core, whose migrations run the same scripts.
/// </remarks>
internal static class AccountSchema
{
    /// <summary>The version of account.db that this code writes.</summary>
    public const int AccountVersion = 2;

    /// <summary>The version of server.db that this code writes.</summary>
    public const int ServerVersion = 1;

    private const int WriterCacheKiB = 4096;
    private const string HistoryTable =
        """
        CREATE TABLE "__EFMigrationsHistory" (
            "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
            "ProductVersion" TEXT NOT NULL
        );
        """;

    /// <summary>Ids of the migrations, in order: the n-th brings a database to version n.</summary>
    public static IReadOnlyList<string> AccountMigrations { get; } = ["20261121000000_Account0001", "20261121140000_Account0002"];

    /// <summary>Ids of the migrations of server.db.</summary>
    public static IReadOnlyList<string> ServerMigrations { get; } = ["20261121000000_Server0001"];

    /// <summary>A script by its name, such as account-0001.</summary>
    public static string Script(string name)
    {
        string resource = $"Mox.Store.Migrations.Scripts.{name}.sql";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException("No resource " + resource);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Makes account.db in a new directory.</summary>
    public static Database Create(string path) => Create(path, "account", AccountMigrations);

    /// <summary>Opens account.db for writing, and brings it to this version.</summary>
    /// <exception cref="StoreException">It is not a database of ours, or of a newer version.</exception>
    public static Database Open(string path, Action<string>? faults)
    {
        if (!File.Exists(path))
        {
            throw new StoreException($"{path} is missing.");
        }

        return Upgraded(path, AccountVersion, faults, static database => new AccountDbContext(database.Connection));
    }

    /// <summary>Opens server.db for writing; makes it when it is missing.</summary>
    /// <exception cref="StoreException">It is not a database of ours, or of a newer version.</exception>
    public static Database OpenServer(string path)
    {
        if (!File.Exists(path))
        {
            string temporary = path + ".new";
            File.Delete(temporary);
            Create(temporary, "server", ServerMigrations).Dispose();
            File.Move(temporary, path);
            Platform.FlushDirectory(Path.GetDirectoryName(path)!);
        }

        return Upgraded(path, ServerVersion, null, static database => new ServerDbContext(database.Connection));
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

    private static Database Upgraded(string path, int version, Action<string>? faults, Func<Database, DbContext> context)
    {
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
                using DbContext migrations = context(database);
                migrations.Database.Migrate();
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static Database Create(string path, string name, IReadOnlyList<string> migrations)
    {
        var database = new Database(path, readOnly: false, WriterCacheKiB);
        try
        {
            Configure(database);
            database.Run("BEGIN IMMEDIATE");
            database.RunScript(HistoryTable);
            for (int i = 0; i < migrations.Count; i++)
            {
                database.RunScript(Script($"{name}-{i + 1:0000}"));
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

    private static string ProductVersion { get; } =
        typeof(DbContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static void Configure(Database database)
    {
        database.Run("PRAGMA journal_mode = WAL");
        database.Run("PRAGMA synchronous = FULL");
        database.Run("PRAGMA journal_size_limit = 33554432");
    }
}
