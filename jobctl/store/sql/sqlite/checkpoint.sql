-- Copy what is in the log as far as readers and writers need not wait for it.
PRAGMA wal_checkpoint(PASSIVE)
