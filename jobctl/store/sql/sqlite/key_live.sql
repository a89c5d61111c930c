-- The live run of a job that holds a key.
SELECT run_id, state, reason FROM runs WHERE job = ? AND key = ? AND finished_at IS NULL
