-- name: deployed
-- Every deployed job.
SELECT j.name, j.definition_id, coalesce(d.body, '') AS body, j.version, coalesce(d.digest, '') AS digest, j.source
FROM jobs j LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL ORDER BY j.name;

-- name: newest_zone
-- The machine's zone at the newest deployment that tells it.
SELECT zone FROM deployment_zones ORDER BY deployment_id DESC LIMIT 1;

-- name: job_versions
-- Every version of a job, newest first.
SELECT v.version, d.digest, p.deployed_at, p.who, p.files, p.commit_id, p.message, z.zone
FROM jobs j
JOIN job_versions v ON v.job_id = j.job_id
JOIN definitions d ON d.definition_id = v.definition_id
JOIN deployments p ON p.deployment_id = v.deployment_id
LEFT JOIN deployment_zones z ON z.deployment_id = v.deployment_id
WHERE j.name = :job ORDER BY v.version DESC;

-- name: insert_deployment
-- Record who deployed what.
INSERT INTO deployments (deployed_at, who, files, commit_id, message) VALUES (:at, :who, :files, :commit_id, :message)
RETURNING deployment_id;

-- name: insert_deployment_zone
-- Record in which zone the machine was that deployed.
INSERT INTO deployment_zones (deployment_id, zone) VALUES (:deployment_id, :zone);

-- name: job_row
-- A job that was ever deployed.
SELECT job_id, version FROM jobs WHERE name = :job;

-- name: insert_job
-- Deploy a job for the first time.
INSERT INTO jobs (name, version, definition_id, source, enabled, deployed_at)
VALUES (:job, 1, :definition_id, :source, :enabled, :at) RETURNING job_id;

-- name: update_job
-- Deploy another version of a job; without another instant its schedule counts as deployed when it was.
UPDATE jobs SET version = :version, definition_id = :definition_id, source = :source, enabled = :enabled,
    deployed_at = coalesce(:at, deployed_at), retired_at = NULL
WHERE job_id = :job_id;

-- name: insert_version
-- Keep a version of a job.
INSERT INTO job_versions (job_id, version, definition_id, deployment_id)
VALUES (:job_id, :version, :definition_id, :deployment_id);

-- name: retire_job
-- Take a job out of force.
UPDATE jobs SET retired_at = :at WHERE name = :job AND retired_at IS NULL;

-- name: move_job
-- A job comes from another file.
UPDATE jobs SET source = :source WHERE name = :job AND retired_at IS NULL;

-- name: drop_queues
-- Forget the declared queues.
DELETE FROM queues;

-- name: insert_queue
-- Declare a queue.
INSERT INTO queues (name, slots, rate_count, rate_per) VALUES (:name, :slots, :rate_count, :rate_per);

-- name: drop_limits
-- Forget the limits.
DELETE FROM limits;

-- name: insert_limit
-- Declare a limit.
INSERT INTO limits (name, units) VALUES (:name, :units);
