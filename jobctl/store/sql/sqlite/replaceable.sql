-- The runs of a job that are due or under way, waits for a retry included.
SELECT r.run_id, r.state, coalesce(l.queue, 'default') FROM runs r INDEXED BY runs_live LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.job = ? AND r.finished_at IS NULL AND (r.state = 'running' OR r.ready = 1 OR r.claims > 0)
