-- The first run from an id on, and when it was created.
SELECT run_id, created_at FROM runs WHERE run_id >= ? ORDER BY run_id LIMIT 1
