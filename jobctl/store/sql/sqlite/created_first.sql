-- When the oldest run that is kept was created.
SELECT created_at FROM runs ORDER BY run_id LIMIT 1
