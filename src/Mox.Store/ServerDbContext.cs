using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mox.Store;

/// <summary>The model of server.db, for queries that are not hot and for migrations.</summary>
internal sealed class ServerDbContext(SqliteConnection connection) : DbContext
{
    public DbSet<LoginAttemptRow> LoginAttempts => Set<LoginAttemptRow>();

    public DbSet<DmarcEvaluationRow> DmarcEvaluations => Set<DmarcEvaluationRow>();

    public DbSet<TlsPublicKeyRow> TlsPublicKeys => Set<TlsPublicKeyRow>();

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite(connection);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<LoginAttemptRow>(row =>
        {
            row.ToTable("LoginAttempts").HasKey(a => a.Id);
            row.HasIndex(a => a.Fingerprint, "LoginAttempts_Fingerprint").IsUnique();
            row.HasIndex(a => new { a.Account, a.LastAt }, "LoginAttempts_Account");
            row.HasIndex(a => a.LastAt, "LoginAttempts_LastAt");
        });
        modelBuilder.Entity<TlsPublicKeyRow>(row =>
        {
            row.ToTable("TlsPublicKeys").HasKey(k => k.Fingerprint);
            row.HasIndex(k => k.Account, "TlsPublicKeys_Account");
        });
        modelBuilder.Entity<DmarcEvaluationRow>(row =>
        {
            row.ToTable("DmarcEvaluations").HasKey(e => e.Id);
            row.HasIndex(e => new { e.PolicyDomain, e.EvaluatedAt }, "DmarcEvaluations_PolicyDomain");
            row.HasIndex(e => e.EvaluatedAt, "DmarcEvaluations_EvaluatedAt");
        });
        modelBuilder.Entity<SecretRow>().ToTable("Secrets").HasKey(s => s.Name);
    }
}
