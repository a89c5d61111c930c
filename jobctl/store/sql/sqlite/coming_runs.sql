-- The next delayed runs.
SELECT job, due_at, run_id FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at IS NOT NULL ORDER BY due_at LIMIT ?
