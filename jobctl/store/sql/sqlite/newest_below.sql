-- The newest run below an id.
SELECT max(run_id) FROM runs WHERE run_id < ?
