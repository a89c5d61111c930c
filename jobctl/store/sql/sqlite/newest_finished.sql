-- Ends of a job's runs in one state, the newest first.
SELECT finished_at, run_id, definition_id FROM runs
WHERE job = ? AND state = ? AND finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT ?
