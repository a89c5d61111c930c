-- name: anything_running
-- Whether anything runs.
SELECT EXISTS (SELECT 1 FROM runs WHERE state = 'running') AS found;

-- name: ready_by_lane
-- Ready runs by lane.
SELECT lane_id, count(*) AS runs FROM runs WHERE state = 'waiting' AND ready = 1 GROUP BY lane_id;

-- name: unready_by_lane
-- Runs by lane that wait for an instant, for a retry, or for something else.
SELECT lane_id, count(*) FILTER (WHERE due_at IS NOT NULL AND coalesce(reason, '') NOT IN ('retry', 'lost')) AS scheduled,
    count(*) FILTER (WHERE due_at IS NOT NULL AND reason IN ('retry', 'lost')) AS retrying,
    count(*) FILTER (WHERE due_at IS NULL) AS blocked
FROM runs WHERE state = 'waiting' AND ready = 0 GROUP BY lane_id;

-- name: waiting_lanes
-- Lanes of runs that keep a daemon from being idle: due, or waiting for a retry.
SELECT DISTINCT lane_id FROM runs WHERE state = 'waiting' AND ready = 0 AND (due_at <= :now OR reason IN ('retry', 'lost'));

-- name: failed_by_queue
-- Failures by queue since an hour.
SELECT queue, sum(CASE WHEN runs BETWEEN 0 AND 9007199254740992 THEN runs ELSE 0 END) AS runs
FROM tallies WHERE state = 'failed' AND hour_at >= :since GROUP BY queue;

-- name: coming_runs
-- The next delayed runs.
SELECT job, due_at, run_id FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at IS NOT NULL
ORDER BY due_at LIMIT :most;

-- name: coming_fires
-- The next fires; a definition only where the last run has a say in what is told of it.
SELECT j.name AS job, s.next_at, j.job_id, j.definition_id, CASE WHEN d.body LIKE '%"after_end"%' THEN d.body END AS body
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.next_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name)
ORDER BY s.next_at LIMIT :most;
