-- What belongs to no account. Times are Unix seconds.

CREATE TABLE LoginAttempts (
    Id INTEGER NOT NULL PRIMARY KEY,
    Fingerprint BLOB NOT NULL,
    Account TEXT NOT NULL,
    LoginAddress TEXT NOT NULL,
    RemoteIp TEXT NOT NULL,
    LocalIp TEXT NOT NULL,
    Tls TEXT NOT NULL,
    UserAgent TEXT NOT NULL,
    Protocol TEXT NOT NULL,
    Mechanism TEXT NOT NULL,
    Outcome INTEGER NOT NULL,
    FirstAt INTEGER NOT NULL,
    LastAt INTEGER NOT NULL,
    Count INTEGER NOT NULL
);
CREATE UNIQUE INDEX LoginAttempts_Fingerprint ON LoginAttempts (Fingerprint);
CREATE INDEX LoginAttempts_Account ON LoginAttempts (Account, LastAt);
CREATE INDEX LoginAttempts_LastAt ON LoginAttempts (LastAt);

-- Random keys that must outlive a restart.
CREATE TABLE Secrets (
    Name TEXT NOT NULL PRIMARY KEY,
    Value BLOB NOT NULL
) WITHOUT ROWID;

PRAGMA user_version = 1;
