using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Design;

namespace Mox.Store.Migrations;

/// <summary>For <c>dotnet ef migrations add NAME --context AccountDbContext --output-dir Migrations</c>; then its Up runs a script.</summary>
internal sealed class DesignTimeAccountDbContext : IDesignTimeDbContextFactory<AccountDbContext>
{
    public AccountDbContext CreateDbContext(string[] args) => new(new SqliteConnection("Data Source=:memory:"));
}
