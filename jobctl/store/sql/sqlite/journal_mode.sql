-- How changes are kept until a checkpoint.
PRAGMA journal_mode
