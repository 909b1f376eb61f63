using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Store;
using Mox.Testing;

namespace Mox.Queue.Tests;

public sealed class SchemaTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public SchemaTests() => SqliteEngine.Install(NullLogger.Instance);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void FastCreation_AndEfMigrations_MakeTheSameDatabase()
    {
        QueueSchema.Database.Create(_directory["fast.db"]).Dispose();
        using (var connection = new SqliteConnection($"Data Source={_directory["ef.db"]};Pooling=False"))
        {
            using var context = new QueueDbContext(connection);
            context.Database.Migrate();
        }

        Assert.Equal(Dump("ef.db"), Dump("fast.db"));
    }

    [Fact]
    public void Model_HasTheColumnsOfTheScript()
    {
        using Database database = QueueSchema.Database.Create(_directory["a.db"]);
        using var context = new QueueDbContext(database.Connection);
        var model = new SortedSet<string>(StringComparer.Ordinal);
        foreach (IEntityType entity in context.Model.GetEntityTypes())
        {
            string table = entity.GetTableName()!;
            var id = StoreObjectIdentifier.Table(table, null);
            model.UnionWith(entity.GetProperties().Select(p => $"{table}.{p.GetColumnName(id)} {p.GetColumnType()} {(p.IsNullable ? "null" : "not null")}"));
            model.UnionWith(entity.GetIndexes().Select(i => $"index {i.GetDatabaseName()}"));
        }

        var tables = new SortedSet<string>(StringComparer.Ordinal);
        using (var read = new Statement(
            database,
            """
            SELECT t.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' not null', ' null')
            FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\'
            UNION ALL SELECT 'index ' || i.name FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'c'
            """))
        {
            while (read.Step())
            {
                tables.Add(read.Text(0));
            }
        }

        Assert.Equal(tables, model);
    }

    private string Dump(string file)
    {
        using var database = new Database(_directory[file], readOnly: true, 1000);
        var lines = new List<string> { "version " + database.ReadInt64("PRAGMA user_version") };
        using var read = new Statement(database, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name");
        while (read.Step())
        {
            lines.Add(string.Join(' ', read.Text(0).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)).Replace("( ", "(", StringComparison.Ordinal).Replace(" )", ")", StringComparison.Ordinal));
        }

        return string.Join('\n', lines);
    }
}
