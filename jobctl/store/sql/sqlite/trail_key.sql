-- Runs with a key in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_key WHERE key = :key AND key IS NOT NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
