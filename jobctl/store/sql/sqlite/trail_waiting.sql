-- Runs that wait in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_waiting WHERE state = 'waiting' AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
