using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mox.Store;

internal sealed class AccountDbContext(SqliteConnection connection) : DbContext
{
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite(connection);
}
