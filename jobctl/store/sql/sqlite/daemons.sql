-- name: held_by
-- Runs that a daemon holds, with their processes.
-- only here: the index is named, else all attempts may be walked through.
SELECT r.run_id, a.pid, a.pid_started, a.started_at
FROM runs r INDEXED BY runs_running CROSS JOIN attempts a ON a.run_id = r.run_id AND a.number = r.claims
WHERE r.state = 'running' AND r.daemon_id = :daemon_id ORDER BY r.run_id;
