-- Every version of a job, newest first.
SELECT v.version, d.digest, p.deployed_at, p.who, p.files, p.commit_id, p.message, z.zone
FROM jobs j
JOIN job_versions v ON v.job_id = j.job_id
JOIN definitions d ON d.definition_id = v.definition_id
JOIN deployments p ON p.deployment_id = v.deployment_id
LEFT JOIN deployment_zones z ON z.deployment_id = v.deployment_id
WHERE j.name = ? ORDER BY v.version DESC
