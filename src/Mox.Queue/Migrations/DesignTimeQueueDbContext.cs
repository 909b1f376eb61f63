using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Design;

namespace Mox.Queue.Migrations;

/// <summary>For <c>dotnet ef migrations add NAME --output-dir Migrations</c>; then its Up runs a script.</summary>
internal sealed class DesignTimeQueueDbContext : IDesignTimeDbContextFactory<QueueDbContext>
{
    public QueueDbContext CreateDbContext(string[] args) => new(new SqliteConnection("Data Source=:memory:"));
}
