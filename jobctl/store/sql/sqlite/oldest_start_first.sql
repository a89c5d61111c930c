-- In the order of their start.
ORDER BY r.started_at, r.run_id
