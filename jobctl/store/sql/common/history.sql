-- name: run_definition
-- The definition that a run was enqueued with.
SELECT r.definition_id, coalesce(d.body, '') AS body, coalesce(r.job_version, 0) AS version,
    coalesce(d.digest, '') AS digest, r.job
FROM runs r LEFT JOIN definitions d ON d.definition_id = r.definition_id WHERE r.run_id = :run_id;

-- name: attempts
-- The attempts of a run.
SELECT a.number, a.outcome, a.exit_code, a.signal, a.started_at, a.finished_at, d.host, a.pid, a.error
FROM attempts a LEFT JOIN daemons d ON d.daemon_id = a.daemon_id WHERE a.run_id = :run_id ORDER BY a.number;

-- name: output
-- What is kept of an attempt's output in its row.
SELECT output FROM attempts WHERE run_id = :run_id AND number = :attempt;

-- name: newest_output
-- The newest attempt whose output is kept in its row.
SELECT max(number) AS number FROM attempts WHERE run_id = :run_id AND output IS NOT NULL;

-- name: birth
-- Who enqueued a run, and when.
SELECT created_at, created_by FROM runs WHERE run_id = :run_id;

-- name: attempt_steps
-- What the attempts of a run tell of its life.
SELECT a.claimed_at, a.finished_at, a.state, a.reason, coalesce(d.name, 'a daemon') AS daemon
FROM attempts a LEFT JOIN daemons d ON d.daemon_id = a.daemon_id WHERE a.run_id = :run_id ORDER BY a.number;

-- name: told_steps
-- The steps of a run that were told.
SELECT at, verb, from_state, to_state, reason, actor FROM events WHERE run_id = :run_id ORDER BY event_id;
