-- What the attempts of a run tell of its life.
SELECT a.claimed_at, a.finished_at, a.state, a.reason, d.name
FROM attempts a JOIN daemons d ON d.daemon_id = a.daemon_id WHERE a.run_id = ? ORDER BY a.number
