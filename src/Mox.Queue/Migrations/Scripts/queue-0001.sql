-- Mail on its way out. Times are Unix milliseconds, UTC.

-- Ids that were given out, so that none is ever given out again.
CREATE TABLE QueueState (
    Id INTEGER NOT NULL PRIMARY KEY,
    LastMessageId INTEGER NOT NULL,
    LastRecipientId INTEGER NOT NULL
);
INSERT INTO QueueState (Id, LastMessageId, LastRecipientId) VALUES (1, 0, 0);

-- A content, in the file msg/<a>/<Id>; there as long as a recipient refers to it.
CREATE TABLE Messages (
    Id INTEGER NOT NULL PRIMARY KEY,
    Account TEXT NOT NULL,
    MailFrom TEXT NOT NULL,
    SenderDomain TEXT NOT NULL,
    SubmittedAt INTEGER NOT NULL,
    ReleaseAt INTEGER,
    FileBytes INTEGER NOT NULL,
    HeaderBytes INTEGER NOT NULL,
    Prefix BLOB NOT NULL,
    Body INTEGER NOT NULL,
    NeedsSmtpUtf8 INTEGER NOT NULL,
    ReceivedCount INTEGER NOT NULL,
    DsnReturn INTEGER,
    EnvelopeId TEXT,
    MessageIdHeader TEXT,
    Subject TEXT NOT NULL,
    TraceParent TEXT
);

-- One row a recipient, until it is delivered, or its sender has been told.
CREATE TABLE Recipients (
    Id INTEGER NOT NULL PRIMARY KEY,
    MessageId INTEGER NOT NULL,
    LocalPart TEXT NOT NULL,
    Domain TEXT NOT NULL,
    Notify INTEGER,
    OriginalType TEXT,
    OriginalAddress TEXT,
    State INTEGER NOT NULL,
    Lease INTEGER,
    Attempts INTEGER NOT NULL,
    NextAttemptAt INTEGER NOT NULL,
    ExpiresAt INTEGER NOT NULL,
    NoticeAt INTEGER,
    LastAttemptAt INTEGER,
    Transport TEXT NOT NULL,
    Outcome INTEGER,
    ReplyCode INTEGER,
    ReplyStatus TEXT,
    ReplyText TEXT,
    RemoteMta TEXT
);
-- What is due next, and the list in that order. Held ones are due at the end of time.
CREATE INDEX Recipients_Due ON Recipients (NextAttemptAt, Id);
CREATE INDEX Recipients_Message ON Recipients (MessageId);
CREATE INDEX Recipients_Notice ON Recipients (NoticeAt) WHERE NoticeAt IS NOT NULL;

CREATE TABLE HoldRules (
    Id INTEGER NOT NULL PRIMARY KEY,
    Account TEXT,
    SenderDomain TEXT,
    RecipientDomain TEXT
);

-- How much an account sent, by the minute.
CREATE TABLE SentCounts (
    Account TEXT NOT NULL,
    Minute INTEGER NOT NULL,
    Recipients INTEGER NOT NULL,
    FirstTime INTEGER NOT NULL,
    PRIMARY KEY (Account, Minute)
) WITHOUT ROWID;

-- Whom an account wrote to before.
CREATE TABLE KnownRecipients (
    Account TEXT NOT NULL,
    Address TEXT NOT NULL,
    LastAt INTEGER NOT NULL,
    PRIMARY KEY (Account, Address)
) WITHOUT ROWID;

PRAGMA user_version = 1;
