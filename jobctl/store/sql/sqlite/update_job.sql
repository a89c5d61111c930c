-- Deploy another version of a job.
UPDATE jobs SET version = ?, definition_id = ?, source = ?, enabled = ?, deployed_at = ?, retired_at = NULL
WHERE job_id = ?
