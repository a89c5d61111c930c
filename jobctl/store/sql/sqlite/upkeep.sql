-- name: prune_facts
-- What must be known of runs before they are deleted.
-- only here: the list of ids is JSON.
SELECT r.run_id, r.job, r.state, r.finished_at, coalesce(l.queue, 'default') AS queue, r.definition_id,
    r.job_version IS NULL AS adhoc
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.run_id IN (SELECT value FROM json_each(:run_ids)) AND r.finished_at IS NOT NULL
    AND (r.unique_until IS NULL OR r.unique_until <= :now);

-- name: delete_runs
-- Delete finished runs with their attempts and events.
-- only here: the list of ids is JSON.
DELETE FROM runs WHERE run_id IN (SELECT value FROM json_each(:run_ids)) AND finished_at IS NOT NULL;

-- name: damaged_runs
-- Runs of which something cannot be read, newest first: `latest` is the last instant that there is.
-- only here: JSON is taken apart.
SELECT r.run_id, r.finished_at IS NOT NULL AS ended FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE NOT json_valid(r.params) OR coalesce(json_type(r.params) <> 'object', 0) OR NOT coalesce(json_valid(r.result), 1)
    OR l.lane_id IS NULL OR NOT coalesce(r.due_at BETWEEN 0 AND :latest, 1)
    OR NOT coalesce(r.expires_at BETWEEN 0 AND :latest, 1) OR NOT coalesce(r.scheduled_for BETWEEN 0 AND :latest, 1)
    OR NOT r.created_at BETWEEN 0 AND :latest OR NOT coalesce(r.started_at BETWEEN 0 AND :latest, 1)
    OR NOT coalesce(r.finished_at BETWEEN 0 AND :latest, 1) OR NOT r.claims BETWEEN 0 AND 1000000000
ORDER BY r.run_id DESC LIMIT :most;
