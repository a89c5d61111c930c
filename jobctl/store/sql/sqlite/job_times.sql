-- When the newest runs of a job were due, began and ended.
SELECT due_at, started_at, finished_at, state FROM runs
WHERE job = ? AND started_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY run_id DESC LIMIT 1000
