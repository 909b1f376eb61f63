-- What DMARC said of messages whose domains want aggregate reports.

CREATE TABLE DmarcEvaluations (
    Id INTEGER NOT NULL PRIMARY KEY,
    PolicyDomain TEXT NOT NULL,
    EvaluatedAt INTEGER NOT NULL,
    IsOptional INTEGER NOT NULL,
    Details TEXT NOT NULL
);
CREATE INDEX DmarcEvaluations_PolicyDomain ON DmarcEvaluations (PolicyDomain, EvaluatedAt);
CREATE INDEX DmarcEvaluations_EvaluatedAt ON DmarcEvaluations (EvaluatedAt);

PRAGMA user_version = 4;
