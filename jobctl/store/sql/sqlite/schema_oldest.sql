-- The schema that a program must know to work on this database.
PRAGMA user_version
