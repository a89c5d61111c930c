-- Record who deployed what.
INSERT INTO deployments (deployed_at, who, files, commit_id, message) VALUES (?, ?, ?, ?, ?) RETURNING deployment_id
