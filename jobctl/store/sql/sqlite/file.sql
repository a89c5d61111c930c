-- name: pragmas
-- How every connection behaves, one after the other.
PRAGMA foreign_keys = ON;
PRAGMA journal_size_limit = 67108864;
PRAGMA mmap_size = 0;

-- name: alone
-- Nobody else has the database open meanwhile: then no memory is shared, and no file is needed for it.
PRAGMA locking_mode = EXCLUSIVE;

-- name: journal_mode
-- How changes are kept until a checkpoint.
PRAGMA journal_mode;

-- name: use_wal
-- Readers and the writer do not wait for each other.
PRAGMA journal_mode = WAL;

-- name: synchronous
-- How durable a commit is.
PRAGMA synchronous;

-- name: synchronous_full
-- A commit is on disk when it returns.
PRAGMA synchronous = FULL;

-- name: synchronous_normal
-- A power cut may undo the newest commits.
PRAGMA synchronous = NORMAL;

-- name: checkpoint
-- Copy what is in the log as far as readers and writers need not wait for it.
PRAGMA wal_checkpoint(PASSIVE);

-- name: checkpoint_never
-- Copy nothing from the log by itself.
PRAGMA wal_autocheckpoint = 0;

-- name: checkpoint_by_itself
-- Copy from the log by itself, as SQLite does if it is not told otherwise.
PRAGMA wal_autocheckpoint = 1000;

-- name: data_version
-- Changes when another connection has committed.
PRAGMA data_version;

-- name: schema_mark
-- Whose file this is, and the number of migrations that were applied.
PRAGMA application_id;

-- name: schema_oldest
-- The schema that a program must know to work on this database.
PRAGMA user_version;

-- name: count_tables
-- How much there is in a file that may belong to another program.
SELECT count(*) FROM sqlite_schema;

-- name: count_runs
-- All runs there are, before they are migrated.
SELECT count(*) FROM runs;

-- name: quick_check
-- Whether the file is whole.
PRAGMA quick_check;

-- name: sqlite_version
-- Which SQLite this is.
SELECT sqlite_version();
