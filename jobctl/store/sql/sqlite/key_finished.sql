-- The newest finished run of a job that still holds a key.
SELECT run_id, state, reason FROM runs WHERE key = ? AND job = ? AND unique_until > ? ORDER BY run_id DESC LIMIT 1
