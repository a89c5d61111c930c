-- Copy from the log by itself, as SQLite does if it is not told otherwise.
PRAGMA wal_autocheckpoint = 1000
