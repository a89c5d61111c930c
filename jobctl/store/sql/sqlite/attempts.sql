-- The attempts of a run.
SELECT a.number, a.outcome, a.exit_code, a.signal, a.started_at, a.finished_at, d.host, a.pid, a.error
FROM attempts a LEFT JOIN daemons d ON d.daemon_id = a.daemon_id WHERE a.run_id = ? ORDER BY a.number
