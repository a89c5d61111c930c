-- Finished runs of a job in one state, the oldest end first.
SELECT run_id, finished_at, definition_id, unique_until, claims FROM runs
WHERE job = ? AND state = ? AND finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at
