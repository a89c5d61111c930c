-- name: finished_names
-- Every name that has finished runs, with its definition where it is deployed.
WITH RECURSIVE name (job) AS (
    SELECT min(job) FROM runs WHERE finished_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(r.job) FROM runs r WHERE r.finished_at IS NOT NULL AND r.job > name.job)
    FROM name WHERE name.job IS NOT NULL
)
SELECT name.job, j.definition_id
FROM name LEFT JOIN jobs j ON j.name = name.job AND j.retired_at IS NULL
WHERE name.job IS NOT NULL;

-- name: oldest_finished
-- Finished runs of a job in one state, the oldest end first.
SELECT run_id, finished_at, definition_id, unique_until, claims FROM runs
WHERE job = :job AND state = :state AND finished_at IS NOT NULL AND finished_at < :before ORDER BY finished_at;

-- name: newest_finished
-- Ends of a job's runs in one state, the newest first.
SELECT finished_at, run_id, definition_id FROM runs
WHERE job = :job AND state = :state AND finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT :most;

-- name: delete_definition
-- Delete an ad-hoc definition that nothing names any more.
DELETE FROM definitions WHERE definition_id = :definition_id
    AND NOT EXISTS (SELECT 1 FROM runs WHERE job_version IS NULL AND definition_id = :definition_id)
    AND NOT EXISTS (SELECT 1 FROM job_versions WHERE definition_id = :definition_id)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE definition_id = :definition_id);

-- name: forgotten_daemons
-- Of the oldest daemons those that have ended before an instant and hold no run.
SELECT daemon_id FROM (SELECT daemon_id, state, seen_at FROM daemons ORDER BY daemon_id LIMIT :most) d
WHERE state = 'stopped' AND seen_at < :before
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.state = 'running' AND r.daemon_id = d.daemon_id);

-- name: empty_lanes
-- Lanes in which no run is. The newest one stays: its number would be given again.
SELECT lane_id FROM lanes l
WHERE lane_id < (SELECT max(lane_id) FROM lanes) AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.lane_id = l.lane_id)
LIMIT :most;

-- name: delete_daemon
-- Forget a daemon that has ended.
DELETE FROM daemons WHERE daemon_id = :daemon_id AND state = 'stopped';

-- name: delete_lane
-- Close a lane, unless a run has come into it.
DELETE FROM lanes WHERE lane_id = :lane_id AND NOT EXISTS (SELECT 1 FROM runs WHERE lane_id = :lane_id);

-- name: definition_bodies
-- The definitions of deployed jobs, and of other runs that are not over.
SELECT j.name AS job, j.definition_id, coalesce(d.body, '') AS body, 1 AS deployed
FROM jobs j LEFT JOIN definitions d ON d.definition_id = j.definition_id WHERE j.retired_at IS NULL
UNION
SELECT r.job, r.definition_id, coalesce(d.body, ''), 0
FROM runs r LEFT JOIN definitions d ON d.definition_id = r.definition_id
WHERE r.finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.definition_id = r.definition_id);

-- name: damaged_schedules
-- Schedules that stand at no instant.
SELECT j.name FROM schedules s JOIN jobs j ON j.job_id = s.job_id
WHERE NOT s.cursor_at BETWEEN 0 AND :latest OR NOT coalesce(s.next_at BETWEEN 0 AND :latest, 1);
