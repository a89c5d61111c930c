-- The definition of one version of a job, if it is word for word this one.
SELECT d.definition_id FROM jobs j
JOIN job_versions v ON v.job_id = j.job_id
JOIN definitions d ON d.definition_id = v.definition_id
WHERE j.name = ? AND v.version = ? AND d.body = ?
