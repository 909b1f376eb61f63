-- What was found out about a message's sender when it came (SPF, DKIM, DMARC); NULL: nothing was looked for.
ALTER TABLE Contents ADD COLUMN FromLocalPart TEXT NULL;
ALTER TABLE Contents ADD COLUMN FromDomain TEXT NULL;
ALTER TABLE Contents ADD COLUMN FromOrganization TEXT NULL;
ALTER TABLE Contents ADD COLUMN FromProof INTEGER NULL;
ALTER TABLE Contents ADD COLUMN MailFromProof INTEGER NULL;
ALTER TABLE Contents ADD COLUMN EhloProof INTEGER NULL;
ALTER TABLE Contents ADD COLUMN SigningDomains TEXT NULL;

PRAGMA user_version = 6;
