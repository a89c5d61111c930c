-- name: front
-- The ready runs that come first of all.
-- only here: abs() hides a value whose every change would have the statement prepared anew.
SELECT lane_id, run_id, priority, coalesce(due_at, 0) AS due_at, job FROM runs WHERE state = 'waiting' AND ready = 1
ORDER BY priority DESC, runs.due_at, run_id LIMIT abs(:most);

-- name: heads
-- The first ready run of each lane; for a lane without overlap also the job's oldest run that waits for a retry.
-- only here: the index is named, else all runs of a job may be walked through.
WITH RECURSIVE lane (lane_id) AS (
    SELECT min(lane_id) FROM runs WHERE state = 'waiting'
    UNION ALL
    SELECT (SELECT min(r.lane_id) FROM runs r WHERE r.state = 'waiting' AND r.lane_id > lane.lane_id)
    FROM lane WHERE lane.lane_id IS NOT NULL
)
SELECT head.lane_id, head.run_id, head.priority, coalesce(head.due_at, 0) AS due_at, head.job,
    CASE WHEN l.exclusive = 1 THEN
        (SELECT min(u.run_id) FROM runs u INDEXED BY runs_live
         WHERE u.job = l.job AND u.state = 'waiting' AND u.ready IN (0, 1) AND u.claims > 0 AND u.finished_at IS NULL)
    END AS under_way
FROM lane
LEFT JOIN lanes l ON l.lane_id = lane.lane_id
CROSS JOIN runs head ON head.run_id = (
    SELECT r.run_id FROM runs r WHERE r.state = 'waiting' AND r.ready = 1 AND r.lane_id = lane.lane_id
    ORDER BY r.priority DESC, r.due_at, r.run_id LIMIT 1);

-- name: under_way
-- Of the given jobs, the oldest run that has begun and waits for its retry.
-- only here: the list of names is JSON.
SELECT j.value AS job, min(r.run_id) AS run_id FROM json_each(:jobs) j
CROSS JOIN runs r ON r.job = j.value AND r.state = 'waiting' AND r.ready IN (0, 1) AND r.claims > 0 AND r.finished_at IS NULL
GROUP BY j.value;

-- name: claim_runs
-- Give the given runs to a daemon.
-- only here: the list of ids is JSON.
UPDATE runs SET state = 'running', reason = NULL, claims = claims + 1, daemon_id = :daemon_id, started_at = :at,
    exit_code = NULL, signal = NULL, error = NULL, percent = NULL, progress_message = NULL, stop = NULL
WHERE state = 'waiting' AND run_id IN (SELECT value FROM json_each(:run_ids));

-- name: insert_attempts
-- Begin an attempt of each of the given runs.
-- only here: the list of ids is JSON.
INSERT INTO attempts (run_id, number, daemon_id, claimed_at, started_at)
SELECT r.run_id, r.claims, :daemon_id, :at, :at FROM json_each(:run_ids) j CROSS JOIN runs r ON r.run_id = j.value;

-- name: claims
-- What a claim needs of the given runs, which run.
-- only here: the list of ids is JSON.
SELECT r.run_id, r.claims AS fence, r.definition_id, r.job, r.job_version AS version, l.queue, r.params, r.correlation_id,
    r.scheduled_for, r.due_at, r.expires_at, min(r.failures, 1000000000) AS failures, min(r.losses, 1000000000) AS losses,
    CASE WHEN r.claims > 1 THEN
        (SELECT count(*) FROM attempts a WHERE a.run_id = r.run_id AND a.outcome = 'lost') ELSE 0
    END AS lost
FROM json_each(:run_ids) j
CROSS JOIN runs r ON r.run_id = j.value
LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.state = 'running' ORDER BY j.key;

-- name: lanes_of
-- The lane of each of the given runs.
-- only here: the list of ids is JSON.
SELECT r.lane_id FROM json_each(:run_ids) j CROSS JOIN runs r ON r.run_id = j.value;
