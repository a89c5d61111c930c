-- What the attempts of a run tell of its life.
SELECT a.claimed_at, a.finished_at, a.state, a.reason, coalesce(d.name, 'a daemon')
FROM attempts a LEFT JOIN daemons d ON d.daemon_id = a.daemon_id WHERE a.run_id = ? ORDER BY a.number
