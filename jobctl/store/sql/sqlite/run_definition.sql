-- The definition that a run was enqueued with.
SELECT r.definition_id, coalesce(d.body, ''), coalesce(r.job_version, 0), coalesce(d.digest, ''), r.job
FROM runs r LEFT JOIN definitions d ON d.definition_id = r.definition_id WHERE r.run_id = ?
