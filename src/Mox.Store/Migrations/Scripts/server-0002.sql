-- Keys of clients' TLS certificates, for SASL EXTERNAL.

CREATE TABLE TlsPublicKeys (
    Fingerprint TEXT NOT NULL PRIMARY KEY,
    Name TEXT NOT NULL,
    Type TEXT NOT NULL,
    Account TEXT NOT NULL,
    LoginAddress TEXT NOT NULL,
    CreatedAt INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX TlsPublicKeys_Account ON TlsPublicKeys (Account);

PRAGMA user_version = 2;
