-- name: end_waiting
-- End runs that wait; whether they hold their keys for a while depends on why.
-- only here: the list of ids is JSON.
UPDATE runs SET state = :state, reason = :reason, finished_at = :at,
    unique_until = CASE WHEN :holds_key AND key IS NOT NULL AND unique_for > 0 THEN :at + unique_for END
WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND state = 'waiting';

-- name: insert_events
-- Tell a step in the lives of runs, in the order of the list.
-- only here: the list of ids is JSON.
INSERT INTO events (run_id, at, verb, from_state, to_state, reason, actor)
SELECT value, :at, :verb, :from_state, :to_state, :reason, :actor FROM json_each(:run_ids) ORDER BY json_each.key;

-- name: running_among
-- The facts that settling needs, for those of the given runs that run.
-- only here: the list of ids is JSON.
SELECT run_id, claims AS fence, stop, CASE WHEN key IS NOT NULL THEN unique_for ELSE 0 END AS unique_for
FROM runs WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND state = 'running';

-- name: succeed_runs
-- Write the end of attempts that began and ended in the same milliseconds and left no result, through their fence.
-- only here: the list of ids is JSON.
UPDATE runs SET state = 'succeeded', ready = 0, result = NULL, started_at = :started_at, finished_at = :finished_at,
    unique_until = CASE WHEN key IS NOT NULL AND unique_for > 0 THEN :finished_at + unique_for END
WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND claims = :fence AND state = 'running';

-- name: succeed_attempts
-- Close attempts that began and ended in the same milliseconds, succeeded and left nothing.
-- only here: the list of ids is JSON.
UPDATE attempts SET outcome = 'succeeded', state = 'succeeded', started_at = :started_at, finished_at = :finished_at
WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND number = :fence;

-- name: ask_to_stop
-- Ask for running runs to be stopped; an operator's word is the last.
-- only here: the list of ids is JSON.
UPDATE runs SET stop = :why
WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND state = 'running' AND (stop IS NULL OR stop = 'replaced');
