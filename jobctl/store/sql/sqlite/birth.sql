-- Who enqueued a run, and when.
SELECT created_at, created_by FROM runs WHERE run_id = ?
