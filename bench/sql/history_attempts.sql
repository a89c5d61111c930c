-- The attempts of runs :first to :last: all but the last one ended in a retry.
INSERT INTO attempts (run_id, number, daemon_id, outcome, state, reason, exit_code, error, claimed_at, started_at,
    finished_at)
SELECT r.run_id, a.value, r.daemon_id,
    CASE WHEN a.value < r.claims THEN 'failed' ELSE r.state END,
    CASE WHEN a.value < r.claims THEN 'waiting' ELSE r.state END,
    CASE WHEN a.value < r.claims THEN 'retry' ELSE r.reason END,
    r.exit_code, r.error, r.started_at - 1, r.started_at, r.finished_at
FROM runs r CROSS JOIN json_each('[1, 2, 3]') a ON a.value <= r.claims
WHERE r.run_id BETWEEN :first AND :last
