using Microsoft.Data.Sqlite;

namespace Mox.Store;

/// <summary>Makes the directory of a new account under tmp/ and gives it its name when it is whole.</summary>
internal static class AccountCreation
{
    public static void Create(string directory, string temporary, InitialMailboxes mailboxes, StoreServices store)
    {
        if (Directory.Exists(directory))
        {
            throw new StoreException($"Account {Path.GetFileName(directory)} exists.");
        }

        string building = Path.Combine(temporary, $"account-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(Path.Combine(building, "msg"));
            string path = Path.Combine(building, "account.db");
            using (Database database = AccountSchema.Create(path))
            {
                Fill(database, mailboxes, store);
            }

            // Closing brought the log into the file; the file and its directories are flushed before the name exists.
            using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(file);
            }

            Platform.FlushDirectory(building);
            Directory.Move(building, directory);
            Platform.FlushDirectory(Path.GetDirectoryName(directory)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            if (Directory.Exists(building))
            {
                Directory.Delete(building, recursive: true);
            }

            throw StorageFailure.IsFull(e) ? new StoreFullException(e) : new StoreException("The account could not be made: " + e.Message, e);
        }
    }

    private static void Fill(Database database, InitialMailboxes mailboxes, StoreServices store)
    {
        database.Run("BEGIN IMMEDIATE");
        // UIDVALIDITY begins with half the Unix time: room to go up, and above what an account of this name may have had.
        long validity = store.TimeProvider.GetUtcNow().ToUnixTimeSeconds() >> 1;
        database.Prepare(
            """
            INSERT INTO AccountState (Id, LastModSeq, LastMessageId, LastMailboxId, NextUidValidity, MessageCount, SizeBytes)
            VALUES (1, 1, 0, 0, ?, 0, 0)
            """).Bind(validity).Run();
        var context = new WriteContext("", "", store.Options, store.Files, store.TimeProvider);
        context.OpenNew(database);
        context.BeginGroup();
        context.BeginOperation();
        MailboxOperations.FindOrCreate(context, MailboxName.Inbox);
        foreach ((SpecialUse use, MailboxName name) in mailboxes.SpecialUse)
        {
            Mailbox mailbox = MailboxOperations.FindOrCreate(context, name);
            MailboxOperations.SetSpecialUse(context, mailbox.Id, use);
        }

        foreach (MailboxName name in mailboxes.Regular)
        {
            MailboxOperations.FindOrCreate(context, name);
        }

        context.WriteState();
        database.Run("COMMIT");
    }
}
