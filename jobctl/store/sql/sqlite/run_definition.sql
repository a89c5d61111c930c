-- The definition that a run was enqueued with.
SELECT d.definition_id, d.body, coalesce(r.job_version, 0), d.digest
FROM runs r JOIN definitions d ON d.definition_id = r.definition_id WHERE r.run_id = ?
