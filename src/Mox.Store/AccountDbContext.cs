using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mox.Store;

/// <summary>The model of account.db, for migrations and for queries that are not hot.</summary>
/// <remarks>
/// The tables are made by Migrations/Scripts (EF Core cannot say WITHOUT ROWID); a test holds that the model and the tables are the same.
/// </remarks>
internal sealed class AccountDbContext(SqliteConnection connection) : DbContext
{
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite(connection);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AccountStateRow>(row =>
        {
            row.ToTable("AccountState").HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<MailboxRow>(row =>
        {
            row.ToTable("Mailboxes").HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedNever();
            row.HasIndex(r => r.Name, "Mailboxes_Name").IsUnique();
        });
        modelBuilder.Entity<SubscriptionRow>(row =>
        {
            row.ToTable("Subscriptions").HasKey(r => r.Name);
        });
        modelBuilder.Entity<MailboxMessageRow>(row =>
        {
            row.ToTable("Messages").HasKey(r => new { r.MailboxId, r.Uid });
            row.HasIndex(r => r.ContentId, "Messages_ContentId");
        });
        modelBuilder.Entity<ContentRow>(row =>
        {
            row.ToTable("Contents").HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedNever();
            row.HasIndex(r => r.ThreadId, "Contents_ThreadId");
            row.HasIndex(r => r.FirstThreadId, "Contents_FirstThreadId").HasFilter("FirstThreadId IS NOT NULL");
            row.HasIndex(r => r.ThreadParentId, "Contents_ThreadParentId").HasFilter("ThreadParentId IS NOT NULL");
            row.HasIndex(r => r.MessageIdHeader, "Contents_MessageIdHeader").HasFilter("MessageIdHeader IS NOT NULL");
            row.HasIndex(r => new { r.SubjectBase, r.ReceivedAt }, "Contents_SubjectBase").HasFilter("SubjectBase <> ''");
        });
        modelBuilder.Entity<ParsedContentRow>(row =>
        {
            row.ToTable("ParsedContents").HasKey(r => r.ContentId);
            row.Property(r => r.ContentId).ValueGeneratedNever();
        });
        modelBuilder.Entity<ContentKeyRow>(row =>
        {
            row.ToTable("ContentKeys").HasKey(r => r.ContentId);
            row.Property(r => r.ContentId).ValueGeneratedNever();
        });
        modelBuilder.Entity<PendingKeyRow>(row =>
        {
            row.ToTable("PendingKeys").HasKey(r => r.ContentId);
            row.Property(r => r.ContentId).ValueGeneratedNever();
        });
        modelBuilder.Entity<MissingReferenceRow>(row =>
        {
            row.ToTable("MissingReferences").HasKey(r => new { r.MessageIdHeader, r.ContentId });
            row.HasIndex(r => r.ContentId, "MissingReferences_ContentId");
        });
        modelBuilder.Entity<TombstoneRow>(row =>
        {
            row.ToTable("Tombstones").HasKey(r => new { r.MailboxId, r.ModSeq, r.Uid });
        });
        modelBuilder.Entity<EraseRow>(row =>
        {
            row.ToTable("Erases").HasKey(r => r.ContentId);
            row.Property(r => r.ContentId).ValueGeneratedNever();
        });
        modelBuilder.Entity<AnnotationRow>(row =>
        {
            row.ToTable("Annotations").HasKey(r => new { r.MailboxId, r.Entry });
        });
        modelBuilder.Entity<CredentialRow>(row =>
        {
            row.ToTable("Credentials").HasKey(r => r.Mechanism);
        });
    }
}
