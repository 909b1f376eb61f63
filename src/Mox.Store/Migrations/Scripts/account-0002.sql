-- The header fields that clients ask for lists, as they stand in prefix and file; NULL: the file must be asked.
ALTER TABLE ParsedContents ADD COLUMN UsualHeader BLOB NULL;

PRAGMA user_version = 2;
