-- One account. Times are Unix seconds unless a name says otherwise.

-- Counters. Message ids, mailbox ids, modification sequences and UIDVALIDITY are never reused.
CREATE TABLE AccountState (
    Id INTEGER NOT NULL PRIMARY KEY CHECK (Id = 1),
    LastModSeq INTEGER NOT NULL,
    LastMessageId INTEGER NOT NULL,
    LastMailboxId INTEGER NOT NULL,
    NextUidValidity INTEGER NOT NULL,
    MessageCount INTEGER NOT NULL,
    SizeBytes INTEGER NOT NULL
);

CREATE TABLE Mailboxes (
    Id INTEGER NOT NULL PRIMARY KEY,
    Name TEXT NOT NULL,
    UidValidity INTEGER NOT NULL,
    UidNext INTEGER NOT NULL,
    CreateModSeq INTEGER NOT NULL,
    HighestModSeq INTEGER NOT NULL,
    HighestDeletedModSeq INTEGER NOT NULL,
    SpecialUse INTEGER NOT NULL,
    Keywords TEXT NOT NULL,
    Total INTEGER NOT NULL,
    Deleted INTEGER NOT NULL,
    Unread INTEGER NOT NULL,
    Unseen INTEGER NOT NULL,
    SizeBytes INTEGER NOT NULL
);
CREATE UNIQUE INDEX Mailboxes_Name ON Mailboxes (Name);

CREATE TABLE Subscriptions (
    Name TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- What a mailbox has: narrow, and in the order in which it is read.
CREATE TABLE Messages (
    MailboxId INTEGER NOT NULL,
    Uid INTEGER NOT NULL,
    ContentId INTEGER NOT NULL,
    Flags INTEGER NOT NULL,
    ModSeq INTEGER NOT NULL,
    CreateModSeq INTEGER NOT NULL,
    SizeBytes INTEGER NOT NULL,
    ReceivedAt INTEGER NOT NULL,
    SavedAt INTEGER NOT NULL,
    Keywords TEXT NULL,
    PRIMARY KEY (MailboxId, Uid)
) WITHOUT ROWID;
CREATE INDEX Messages_ContentId ON Messages (ContentId);

-- One for each message file; copies share it.
CREATE TABLE Contents (
    Id INTEGER NOT NULL PRIMARY KEY,
    SizeBytes INTEGER NOT NULL,
    ReceivedAt INTEGER NOT NULL,
    SentAt INTEGER NULL,
    ThreadId INTEGER NOT NULL,
    ThreadParentId INTEGER NULL,
    IsThreadLinkMissing INTEGER NOT NULL,
    IsDsn INTEGER NOT NULL,
    OriginMailboxId INTEGER NOT NULL,
    MessageIdHeader TEXT NULL,
    SubjectBase TEXT NOT NULL,
    Subject TEXT NOT NULL,
    FromHeader TEXT NOT NULL,
    ToHeader TEXT NOT NULL,
    CcHeader TEXT NOT NULL,
    BccHeader TEXT NOT NULL,
    Preview TEXT NOT NULL,
    MailFrom TEXT NULL,
    RcptTo TEXT NULL,
    RemoteIp TEXT NULL,
    EhloDomain TEXT NULL,
    TlsProtocol TEXT NULL,
    TlsCipherSuite TEXT NULL
);
CREATE INDEX Contents_ThreadId ON Contents (ThreadId);
CREATE INDEX Contents_ThreadParentId ON Contents (ThreadParentId) WHERE ThreadParentId IS NOT NULL;
CREATE INDEX Contents_MessageIdHeader ON Contents (MessageIdHeader) WHERE MessageIdHeader IS NOT NULL;
CREATE INDEX Contents_SubjectBase ON Contents (SubjectBase, ReceivedAt) WHERE SubjectBase <> '';

-- What a metadata FETCH copies out. The UTF-8 forms are NULL where they equal the others.
CREATE TABLE ParsedContents (
    ContentId INTEGER NOT NULL PRIMARY KEY,
    ParseVersion INTEGER NOT NULL,
    Prefix BLOB NOT NULL,
    Envelope BLOB NOT NULL,
    EnvelopeUtf8 BLOB NULL,
    Body BLOB NOT NULL,
    BodyUtf8 BLOB NULL,
    BodyStructure BLOB NOT NULL,
    BodyStructureUtf8 BLOB NULL,
    MimeTree BLOB NOT NULL
);

-- Ancestors that a message names and that have not arrived; distance 0 is the parent.
CREATE TABLE MissingReferences (
    MessageIdHeader TEXT NOT NULL,
    ContentId INTEGER NOT NULL,
    Distance INTEGER NOT NULL,
    PRIMARY KEY (MessageIdHeader, ContentId)
) WITHOUT ROWID;
CREATE INDEX MissingReferences_ContentId ON MissingReferences (ContentId);

-- UIDs that were in a mailbox once, for QRESYNC.
CREATE TABLE Tombstones (
    MailboxId INTEGER NOT NULL,
    ModSeq INTEGER NOT NULL,
    Uid INTEGER NOT NULL,
    ExpungedAt INTEGER NOT NULL,
    PRIMARY KEY (MailboxId, ModSeq, Uid)
) WITHOUT ROWID;

-- Contents that no message row named when they came here. IsRowGone: only the file is left to remove.
CREATE TABLE Erases (
    ContentId INTEGER NOT NULL PRIMARY KEY,
    IsRowGone INTEGER NOT NULL
);

CREATE TABLE Credentials (
    Mechanism TEXT NOT NULL PRIMARY KEY,
    Salt BLOB NOT NULL,
    Iterations INTEGER NOT NULL,
    StoredKey BLOB NOT NULL,
    ServerKey BLOB NOT NULL,
    ChangedAt INTEGER NOT NULL
) WITHOUT ROWID;

PRAGMA user_version = 1;
