-- Whether a key logs in on an IMAP connection before the greeting (PREAUTH).
ALTER TABLE TlsPublicKeys ADD COLUMN ImapPreauth INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 3;
