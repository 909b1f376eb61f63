namespace Mox.Store;

/// <summary>Reads and writes the rows of annotations.</summary>
internal static class AnnotationRows
{
    private const long Server = 0;

    /// <summary>All of the account, sorted by mailbox and name.</summary>
    public static List<Annotation> ReadAll(Database database) =>
        Read(database.Prepare("SELECT MailboxId, Entry, Value FROM Annotations ORDER BY MailboxId, Entry"));

    /// <summary>Those of one mailbox, or of the server, sorted by name.</summary>
    public static List<Annotation> Read(Database database, MailboxId? mailbox) =>
        Read(database.Prepare("SELECT MailboxId, Entry, Value FROM Annotations WHERE MailboxId = ? ORDER BY Entry").Bind(Key(mailbox)));

    /// <summary>How many there are, and the size of all values together.</summary>
    public static (long Count, long Bytes) Usage(Database database)
    {
        Statement read = database.Prepare("SELECT COUNT(*), COALESCE(SUM(length(Value)), 0) FROM Annotations");
        read.Step();
        var usage = (read.Int64(0), read.Int64(1));
        read.Reset();
        return usage;
    }

    /// <summary>The value of one entry, or null.</summary>
    public static byte[]? Read(Database database, MailboxId? mailbox, AnnotationEntry entry)
    {
        Statement read = database.Prepare("SELECT Value FROM Annotations WHERE MailboxId = ? AND Entry = ?").Bind(Key(mailbox)).Bind(entry.Value);
        byte[]? value = read.Step() ? read.Blob(0) : null;
        read.Reset();
        return value;
    }

    public static void Write(Database database, MailboxId? mailbox, AnnotationEntry entry, byte[] value, ModSeq modSeq) => database.Prepare(
        """
        INSERT INTO Annotations (MailboxId, Entry, Value, ModSeq) VALUES (?, ?, ?, ?)
        ON CONFLICT (MailboxId, Entry) DO UPDATE SET Value = excluded.Value, ModSeq = excluded.ModSeq
        """).Bind(Key(mailbox)).Bind(entry.Value).Bind(value).Bind(modSeq.Value).Run();

    public static void Delete(Database database, MailboxId? mailbox, AnnotationEntry entry) =>
        database.Prepare("DELETE FROM Annotations WHERE MailboxId = ? AND Entry = ?").Bind(Key(mailbox)).Bind(entry.Value).Run();

    /// <summary>Deletes those of a mailbox that goes.</summary>
    public static void DeleteAll(Database database, MailboxId mailbox) =>
        database.Prepare("DELETE FROM Annotations WHERE MailboxId = ?").Bind(mailbox.Value).Run();

    private static long Key(MailboxId? mailbox) => mailbox?.Value ?? Server;

    private static List<Annotation> Read(Statement read)
    {
        var annotations = new List<Annotation>();
        while (read.Step())
        {
            MailboxId? mailbox = read.Int64(0) == Server ? null : new MailboxId(read.Int64(0));
            annotations.Add(new Annotation(mailbox, AnnotationEntry.Parse(read.Text(1)), read.Blob(2)));
        }

        return annotations;
    }
}
