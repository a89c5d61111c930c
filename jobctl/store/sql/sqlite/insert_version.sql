-- Keep a version of a job.
INSERT INTO job_versions (job_id, version, definition_id, deployment_id) VALUES (?, ?, ?, ?)
