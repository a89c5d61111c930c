-- A deployed job with its schedule.
SELECT j.job_id, j.definition_id, d.body FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.name = ? AND j.retired_at IS NULL
