-- Promise runs that are alike in all but their params: a JSON object from the id of each to the text of its params.
INSERT INTO runs (job, job_version, definition_id, lane_id, state, reason, priority, ready, due_at, expires_at, key,
    unique_for, correlation_id, scheduled_for, missed_from, missed_times, created_at, created_by, finished_at, run_id,
    params)
SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(key AS INTEGER), value
FROM json_each(?)
