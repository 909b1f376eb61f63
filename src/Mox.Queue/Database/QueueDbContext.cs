using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mox.Queue;

/// <summary>The model of queue.db, for migrations.</summary>
internal sealed class QueueDbContext(SqliteConnection connection) : DbContext
{
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite(connection);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<QueueStateRow>().ToTable("QueueState").HasKey(s => s.Id);
        modelBuilder.Entity<MessageRow>().ToTable("Messages").HasKey(m => m.Id);
        modelBuilder.Entity<RecipientRow>(row =>
        {
            row.ToTable("Recipients").HasKey(r => r.Id);
            row.HasIndex(r => new { r.NextAttemptAt, r.Id }, "Recipients_Due");
            row.HasIndex(r => r.MessageId, "Recipients_Message");
            row.HasIndex(r => r.NoticeAt, "Recipients_Notice").HasFilter("NoticeAt IS NOT NULL");
        });
        modelBuilder.Entity<HoldRuleRow>().ToTable("HoldRules").HasKey(r => r.Id);
        modelBuilder.Entity<SentCountRow>().ToTable("SentCounts").HasKey(c => new { c.Account, c.Minute });
        modelBuilder.Entity<KnownRecipientRow>().ToTable("KnownRecipients").HasKey(r => new { r.Account, r.Address });
    }
}
