-- The runs of a job that have not ended.
SELECT r.run_id, r.state, r.claims, l.queue FROM runs r INDEXED BY runs_live JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.job = ? AND r.finished_at IS NULL
