using System.Collections.Immutable;

namespace Mox.Store;

/// <summary>Reads and writes the rows of mailboxes and subscriptions.</summary>
internal static class MailboxRows
{
    public static MailboxList ReadAll(Database database)
    {
        ImmutableDictionary<long, Mailbox>.Builder byId = ImmutableDictionary.CreateBuilder<long, Mailbox>();
        ImmutableSortedDictionary<MailboxName, long>.Builder names = ImmutableSortedDictionary.CreateBuilder<MailboxName, long>();
        ImmutableSortedSet<MailboxName>.Builder subscriptions = ImmutableSortedSet.CreateBuilder<MailboxName>();
        Statement read = database.Prepare(
            """
            SELECT Id, Name, UidValidity, UidNext, CreateModSeq, HighestModSeq, HighestDeletedModSeq, SpecialUse, Keywords,
                Total, Deleted, Unread, Unseen, SizeBytes, DeletedSizeBytes
            FROM Mailboxes
            """);
        while (read.Step())
        {
            var mailbox = new Mailbox
            {
                Id = new MailboxId(read.Int64(0)),
                Name = Name(read.Text(1)),
                UidValidity = new UidValidity((uint)read.Int64(2)),
                UidNext = new Uid((uint)read.Int64(3)),
                CreateModSeq = new ModSeq(read.Int64(4)),
                HighestModSeq = new ModSeq(read.Int64(5)),
                HighestDeletedModSeq = new ModSeq(read.Int64(6)),
                SpecialUse = (SpecialUse)read.Int64(7),
                Keywords = KeywordSet.FromStored(read.Text(8)),
                Counts = new MailboxCounts(read.Int64(9), read.Int64(10), read.Int64(11), read.Int64(12), read.Int64(13), read.Int64(14)),
            };
            byId.Add(mailbox.Id.Value, mailbox);
            names.Add(mailbox.Name, mailbox.Id.Value);
        }

        Statement subscribed = database.Prepare("SELECT Name FROM Subscriptions");
        while (subscribed.Step())
        {
            subscriptions.Add(Name(subscribed.Text(0)));
        }

        return new MailboxList(byId.ToImmutable(), names.ToImmutable(), subscriptions.ToImmutable());
    }

    public static void Insert(Database database, Mailbox mailbox) => Bind(
        database.Prepare(
            """
            INSERT INTO Mailboxes (Name, UidValidity, UidNext, CreateModSeq, HighestModSeq, HighestDeletedModSeq, SpecialUse, Keywords,
                Total, Deleted, Unread, Unseen, SizeBytes, DeletedSizeBytes, Id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """),
        mailbox).Run();

    public static void Update(Database database, Mailbox mailbox) => Bind(
        database.Prepare(
            """
            UPDATE Mailboxes SET Name = ?, UidValidity = ?, UidNext = ?, CreateModSeq = ?, HighestModSeq = ?, HighestDeletedModSeq = ?,
                SpecialUse = ?, Keywords = ?, Total = ?, Deleted = ?, Unread = ?, Unseen = ?, SizeBytes = ?,
                DeletedSizeBytes = ?
            WHERE Id = ?
            """),
        mailbox).Run();

    public static void Delete(Database database, MailboxId id) =>
        database.Prepare("DELETE FROM Mailboxes WHERE Id = ?").Bind(id.Value).Run();

    public static void SetSubscribed(Database database, MailboxName name, bool subscribed) =>
        database.Prepare(subscribed ? "INSERT OR IGNORE INTO Subscriptions (Name) VALUES (?)" : "DELETE FROM Subscriptions WHERE Name = ?")
            .Bind(name.Value).Run();

    private static Statement Bind(Statement statement, Mailbox mailbox) => statement
        .Bind(mailbox.Name.Value).Bind(mailbox.UidValidity.Value).Bind(mailbox.UidNext.Value)
        .Bind(mailbox.CreateModSeq.Value).Bind(mailbox.HighestModSeq.Value).Bind(mailbox.HighestDeletedModSeq.Value)
        .Bind((long)mailbox.SpecialUse).Bind(mailbox.Keywords.ToString())
        .Bind(mailbox.Counts.Total).Bind(mailbox.Counts.Deleted).Bind(mailbox.Counts.Unread).Bind(mailbox.Counts.Unseen)
        .Bind(mailbox.Counts.SizeBytes).Bind(mailbox.Counts.DeletedSizeBytes).Bind(mailbox.Id.Value);

    private static MailboxName Name(string stored) =>
        MailboxName.TryParse(stored, out MailboxName name, out string? problem)
            ? name
            : throw new StoreException($"A stored mailbox name is not valid: {problem}");
}
