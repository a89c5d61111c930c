-- Runs with a correlation id in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_correlation
WHERE correlation_id = :correlation_id AND correlation_id IS NOT NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
