-- What messages are sorted and threaded by: narrow, so that the contents of a mailbox are read in one scan.
CREATE TABLE ContentKeys (
    ContentId INTEGER NOT NULL PRIMARY KEY,
    SentAt INTEGER NULL,
    ThreadKeys BLOB NOT NULL,
    FromKey TEXT NOT NULL,
    ToKey TEXT NOT NULL,
    CcKey TEXT NOT NULL,
    DisplayFromKey TEXT NOT NULL,
    DisplayToKey TEXT NOT NULL,
    SubjectKey TEXT NOT NULL
);

-- Contents that came before this table: filled in the background.
CREATE TABLE PendingKeys (
    ContentId INTEGER NOT NULL PRIMARY KEY
);
INSERT INTO PendingKeys (ContentId) SELECT Id FROM Contents;

PRAGMA user_version = 4;
