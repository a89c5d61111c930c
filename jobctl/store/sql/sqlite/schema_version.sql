-- The number of migrations that were applied.
PRAGMA user_version
