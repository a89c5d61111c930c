-- Runs of a daemon that somebody wants stopped.
SELECT run_id, claims, stop FROM runs WHERE state = 'running' AND stop IS NOT NULL AND daemon_id = ? ORDER BY run_id
