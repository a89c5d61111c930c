-- Deploy another version of a job; without another instant its schedule counts as deployed when it was.
UPDATE jobs SET version = ?, definition_id = ?, source = ?, enabled = ?, deployed_at = coalesce(?, deployed_at),
    retired_at = NULL
WHERE job_id = ?
