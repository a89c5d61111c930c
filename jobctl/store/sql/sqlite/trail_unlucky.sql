-- Runs that have ended in a state other than succeeded in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_unlucky
WHERE state = :state AND finished_at IS NOT NULL AND state <> 'succeeded' AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
