-- The oldest run that is kept.
SELECT min(run_id) FROM runs
