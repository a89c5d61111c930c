-- Runs of a job that have ended in a state in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_finished
WHERE job = :job AND state = :state AND finished_at IS NOT NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
