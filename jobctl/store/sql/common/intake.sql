-- name: insert_run
-- Promise a run.
INSERT INTO runs (job, job_version, definition_id, lane_id, priority, ready, due_at, expires_at, key, unique_for,
    correlation_id, scheduled_for, missed_from, missed_times, created_at, created_by, run_id, params, state)
VALUES (:job, :job_version, :definition_id, :lane_id, :priority, :ready, :due_at, :expires_at, :key, :unique_for,
    :correlation_id, :scheduled_for, :missed_from, :missed_times, :created_at, :created_by, :run_id, :params, 'waiting');

-- name: insert_unjudged
-- A run whose overlap is judged when it is due.
INSERT INTO unjudged (run_id, due_at, overlap) VALUES (:run_id, :due_at, :overlap);

-- name: key_live
-- The live run of a job that holds a key.
SELECT run_id, state, reason FROM runs WHERE job = :job AND key = :key AND finished_at IS NULL;

-- name: key_holder
-- The run of a job that holds a key: the live one, or else the newest finished one that still does.
SELECT run_id, state, reason FROM runs WHERE job = :job AND key = :key AND finished_at IS NULL
UNION ALL
SELECT run_id, state, reason FROM (
    SELECT run_id, state, reason FROM runs WHERE key = :key AND job = :job AND unique_until > :now ORDER BY run_id DESC LIMIT 1
) AS finished
LIMIT 1;
