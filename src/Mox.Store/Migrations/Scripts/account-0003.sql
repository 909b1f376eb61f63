-- Metadata of mailboxes, and with mailbox 0 of the server.
CREATE TABLE Annotations (
    MailboxId INTEGER NOT NULL,
    Entry TEXT NOT NULL,
    Value BLOB NOT NULL,
    ModSeq INTEGER NOT NULL,
    PRIMARY KEY (MailboxId, Entry)
);

-- What expunging gives back; 8 is \Deleted.
ALTER TABLE Mailboxes ADD COLUMN DeletedSizeBytes INTEGER NOT NULL DEFAULT 0;
UPDATE Mailboxes SET DeletedSizeBytes =
    (SELECT COALESCE(SUM(m.SizeBytes), 0) FROM Messages m WHERE m.MailboxId = Mailboxes.Id AND m.Flags & 8);

PRAGMA user_version = 3;
