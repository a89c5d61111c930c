-- name: settle_run
-- Write the end of a run's attempt, through its fence.
UPDATE runs SET state = :state, reason = :reason, ready = :ready, due_at = coalesce(:due_at, due_at), failures = :failures,
    losses = :losses, exit_code = :exit_code, signal = :signal, error = :error, result = :result, started_at = :started_at,
    finished_at = :finished_at, unique_until = :unique_until, stop = NULL
WHERE run_id = :run_id AND claims = :fence AND state = 'running';

-- name: settle_attempt
-- Close an attempt.
UPDATE attempts SET outcome = :outcome, state = :state, reason = :reason, exit_code = :exit_code, signal = :signal,
    error = :error, output = :output, started_at = :started_at, finished_at = :finished_at
WHERE run_id = :run_id AND number = :fence;

-- name: succeed_run
-- Write the end of a run's attempt that succeeded and left nothing but a result, through its fence.
UPDATE runs SET state = 'succeeded', ready = 0, result = :result, started_at = :started_at, finished_at = :finished_at,
    unique_until = CASE WHEN key IS NOT NULL AND unique_for > 0 THEN :finished_at + unique_for END
WHERE run_id = :run_id AND claims = :fence AND state = 'running';

-- name: succeed_attempt
-- Close an attempt that succeeded and left nothing but output.
UPDATE attempts SET outcome = 'succeeded', state = 'succeeded', output = :output, started_at = :started_at,
    finished_at = :finished_at
WHERE run_id = :run_id AND number = :fence;

-- name: end_unreadable
-- End a run that nobody can claim.
UPDATE runs SET state = 'failed', reason = 'unreadable', error = :error, finished_at = :at, daemon_id = NULL
WHERE run_id = :run_id AND state IN ('waiting', 'running');

-- name: add_tally
-- Count finished runs.
INSERT INTO tallies (job, state, hour_at, queue, runs) VALUES (:job, :state, :hour_at, :queue, :runs)
ON CONFLICT (job, state, hour_at, queue) DO UPDATE SET
    runs = CASE WHEN tallies.runs BETWEEN -9007199254740992 AND 9007199254740992 THEN tallies.runs ELSE 0 END + excluded.runs;

-- name: drop_tally
-- Forget a count that came down to nothing.
DELETE FROM tallies WHERE job = :job AND state = :state AND hour_at = :hour_at AND queue = :queue AND runs = 0;
