-- Delete a finished run with its attempts and events.
DELETE FROM runs WHERE run_id = ? AND finished_at IS NOT NULL
