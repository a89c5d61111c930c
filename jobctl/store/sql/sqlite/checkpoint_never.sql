-- Copy nothing from the log by itself.
PRAGMA wal_autocheckpoint = 0
