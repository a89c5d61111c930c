-- Deploy a job for the first time.
INSERT INTO jobs (name, version, definition_id, source, enabled, deployed_at) VALUES (?, 1, ?, ?, ?, ?) RETURNING job_id
