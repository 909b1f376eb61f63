-- The thread that a content came into, once that was joined to another; NULL: ThreadId is still that.
ALTER TABLE Contents ADD COLUMN FirstThreadId INTEGER NULL;
CREATE INDEX Contents_FirstThreadId ON Contents (FirstThreadId) WHERE FirstThreadId IS NOT NULL;

PRAGMA user_version = 5;
