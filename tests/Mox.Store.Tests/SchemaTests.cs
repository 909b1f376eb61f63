using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Testing;

namespace Mox.Store.Tests;

public sealed class SchemaTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public SchemaTests() => SqliteEngine.Install(NullLogger.Instance);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void FastCreation_AndEfMigrations_MakeTheSameDatabase()
    {
        AccountSchema.Create(_directory["fast.db"]).Dispose();
        using (var connection = new SqliteConnection($"Data Source={_directory["ef.db"]};Pooling=False"))
        {
            using var context = new AccountDbContext(connection);
            context.Database.Migrate();
        }

        Assert.Equal(Dump("ef.db"), Dump("fast.db"));
        Assert.Contains("CREATE TABLE Messages", Dump("fast.db"), StringComparison.Ordinal);
    }

    [Fact]
    public void ServerDatabase_FastCreationAndEf_AreTheSame()
    {
        AccountSchema.OpenServer(_directory["fast.db"]).Dispose();
        using (var connection = new SqliteConnection($"Data Source={_directory["ef.db"]};Pooling=False"))
        {
            using var context = new ServerDbContext(connection);
            context.Database.Migrate();
        }

        Assert.Equal(Dump("ef.db"), Dump("fast.db"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Model_HasTheTablesColumnsAndKeysOfTheScript(bool account)
    {
        using Database database = account ? AccountSchema.Create(_directory["a.db"]) : AccountSchema.OpenServer(_directory["s.db"]);
        using DbContext context = account ? new AccountDbContext(database.Connection) : new ServerDbContext(database.Connection);
        var model = new SortedSet<string>(StringComparer.Ordinal);
        foreach (IEntityType entity in context.Model.GetEntityTypes())
        {
            string table = entity.GetTableName()!;
            var id = StoreObjectIdentifier.Table(table, null);
            foreach (IProperty p in entity.GetProperties())
            {
                int key = 1 + (entity.FindPrimaryKey()!.Properties.ToList().IndexOf(p));
                model.Add($"{table}.{p.GetColumnName(id)} {p.GetColumnType()} {(p.IsNullable ? "null" : "not null")} key {key}");
            }

            model.UnionWith(entity.GetIndexes().Select(i => $"index {i.GetDatabaseName()} {i.IsUnique}"));
        }

        var tables = new SortedSet<string>(StringComparer.Ordinal);
        using (var read = new Statement(
            database,
            """
            SELECT t.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' not null', ' null') || ' key ' || c.pk
            FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\'
            UNION ALL SELECT 'index ' || i.name || iif(i."unique", ' True', ' False')
            FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'c'
            """))
        {
            while (read.Step())
            {
                tables.Add(read.Text(0));
            }
        }

        Assert.Equal(tables, model);
    }

    [Fact]
    public void Open_NewerVersion_IsRefusedClearly()
    {
        using (Database database = AccountSchema.Create(_directory["a.db"]))
        {
            database.Run("PRAGMA user_version = 99");
        }

        StoreException e = Assert.Throws<StoreException>(() => AccountSchema.Open(_directory["a.db"], null));
        Assert.Contains("newer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_VersionOne_IsBroughtForwardWithItsRows()
    {
        using (var old = new Database(_directory["old.db"], readOnly: false, 1000))
        {
            old.RunScript(
                """
                CREATE TABLE "__EFMigrationsHistory" (
                    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
                    "ProductVersion" TEXT NOT NULL
                );
                """);
            old.RunScript(AccountSchema.Script("account-0001"));
            old.Run("INSERT INTO __EFMigrationsHistory (MigrationId, ProductVersion) VALUES ('20261121000000_Account0001', '6.0.7')");
            old.Run("INSERT INTO Contents VALUES (7, 1, 1, NULL, 7, NULL, 0, 0, 1, NULL, '', '', '', '', '', '', '', NULL, NULL, NULL, NULL, NULL, NULL)");
            old.Run("INSERT INTO ParsedContents VALUES (7, 1, x'41', x'42', NULL, x'43', NULL, x'44', NULL, x'45')");
            old.Run("INSERT INTO Mailboxes VALUES (1, 'Inbox', 1, 9, 1, 1, 0, 0, '', 0, 0, 0, 0, 0), (2, 'Sent', 2, 9, 1, 1, 0, 0, '', 0, 0, 0, 0, 0)");
            old.Run("INSERT INTO Messages VALUES (1, 1, 7, 9, 1, 1, 100, 0, 0, NULL), (1, 2, 7, 1, 1, 1, 30, 0, 0, NULL), (1, 3, 7, 8, 1, 1, 5, 0, 0, NULL)");
        }

        using (Database database = AccountSchema.Open(_directory["old.db"], null))
        {
            Assert.Equal(7, database.ReadInt64("SELECT ContentId FROM PendingKeys"));
            Assert.Equal(1, database.ReadInt64("SELECT COUNT(*) FROM ParsedContents WHERE ContentId = 7 AND MimeTree = x'45' AND UsualHeader IS NULL"));
            Assert.Equal(105, database.ReadInt64("SELECT DeletedSizeBytes FROM Mailboxes WHERE Id = 1"));
            Assert.Equal(0, database.ReadInt64("SELECT DeletedSizeBytes FROM Mailboxes WHERE Id = 2"));
        }

        AccountSchema.Create(_directory["new.db"]).Dispose();
        Assert.Equal(Dump("new.db"), Dump("old.db"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void OpenServer_OlderVersion_IsBroughtForwardWithItsRows(int version)
    {
        using (var old = new Database(_directory["old.db"], readOnly: false, 1000))
        {
            old.RunScript(
                """
                CREATE TABLE "__EFMigrationsHistory" (
                    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
                    "ProductVersion" TEXT NOT NULL
                );
                """);
            foreach (string migration in AccountSchema.ServerMigrations.Take(version))
            {
                old.RunScript(AccountSchema.Script("server-" + migration[^4..]));
                old.Run($"INSERT INTO __EFMigrationsHistory (MigrationId, ProductVersion) VALUES ('{migration}', '6.0.7')");
            }

            old.Run("INSERT INTO Secrets VALUES ('scram', x'41')");
            if (version > 1)
            {
                old.Run("INSERT INTO TlsPublicKeys VALUES ('f', 'laptop', 'RSA-2048', 'mox', 'mox@localhost', 5)");
            }
        }

        using (Database database = AccountSchema.OpenServer(_directory["old.db"]))
        {
            Assert.Equal(1, database.ReadInt64("SELECT COUNT(*) FROM Secrets WHERE Name = 'scram' AND Value = x'41'"));
            Assert.Equal(version - 1, database.ReadInt64("SELECT COUNT(*) FROM TlsPublicKeys WHERE CreatedAt = 5 AND ImapPreauth = 0"));
        }

        AccountSchema.OpenServer(_directory["new.db"]).Dispose();
        Assert.Equal(Dump("new.db"), Dump("old.db"));
    }

    private string Dump(string file)
    {
        using var database = new Database(_directory[file], readOnly: true, 1000);
        var lines = new List<string> { "version " + database.ReadInt64("PRAGMA user_version") };
        using (var read = new Statement(database, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name"))
        {
            while (read.Step())
            {
                lines.Add(string.Join(' ', read.Text(0).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)).Replace("( ", "(").Replace(" )", ")"));
            }
        }

        using (var read = new Statement(database, "SELECT MigrationId, ProductVersion FROM __EFMigrationsHistory"))
        {
            while (read.Step())
            {
                lines.Add(read.Text(0) + " " + read.Text(1));
            }
        }

        return string.Join('\n', lines);
    }

    [Fact]
    public async Task Engine_IsSetUpBeforeItsFirstUse_SoThatCallsTakeNoMutex()
    {
        await using TestStore test = await TestStore.StartAsync();
        Assert.True(SqliteEngine.TakesNoMutex);
    }
}
