-- What places a run among the others.
SELECT job, lane_id, ready, priority, due_at, daemon_id, expires_at, stop, key, unique_until FROM runs WHERE run_id = ?
