-- name: last_run_id
-- The newest run id ever given.
-- only here: SQLite keeps it in a table of its own.
SELECT seq FROM sqlite_sequence WHERE name = 'runs';

-- name: insert_alike
-- Promise runs that are alike in all but their params: a JSON object from what the id of each is beyond `run_id` to the
-- text of its params.
-- only here: JSON becomes rows.
INSERT INTO runs (job, job_version, definition_id, lane_id, priority, ready, due_at, expires_at, key, unique_for,
    correlation_id, scheduled_for, missed_from, missed_times, created_at, created_by, run_id, params, state)
SELECT :job, :job_version, :definition_id, :lane_id, :priority, :ready, :due_at, :expires_at, :key, :unique_for,
    :correlation_id, :scheduled_for, :missed_from, :missed_times, :created_at, :created_by, CAST(j.key AS INTEGER) + :run_id,
    j.value, 'waiting'
FROM json_each(:params) j;
