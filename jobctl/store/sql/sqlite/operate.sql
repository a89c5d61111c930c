-- name: facts
-- What an operator's verb needs to know of runs.
-- only here: the list of ids is JSON.
SELECT r.run_id, r.job, r.state, r.key, r.finished_at, coalesce(l.queue, 'default') AS queue
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.run_id IN (SELECT value FROM json_each(:run_ids));

-- name: retry
-- Make finished runs wait again with a fresh budget.
-- only here: the list of ids is JSON.
UPDATE runs SET state = 'waiting', reason = NULL, ready = 1, due_at = :now, expires_at = NULL,
    params = coalesce(:params, params), failures = 0, losses = 0, daemon_id = NULL, stop = NULL, exit_code = NULL,
    signal = NULL, error = NULL, result = NULL, percent = NULL, progress_message = NULL, started_at = NULL,
    finished_at = NULL, unique_until = NULL
WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND finished_at IS NOT NULL;
