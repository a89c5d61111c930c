-- name: columns
-- What is shown of a run; conditions and an order follow.
SELECT r.run_id, r.job, r.job_version, r.state, r.reason, l.queue, r.priority, r.params, r.key, r.correlation_id, r.claims,
    r.failures, r.losses, r.exit_code, r.signal, r.error, r.result, r.percent, r.progress_message, r.scheduled_for,
    r.missed_from, r.missed_times, r.due_at, r.created_at, r.created_by, r.started_at, r.finished_at, d.host
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id LEFT JOIN daemons d ON d.daemon_id = r.daemon_id
WHERE 1 = 1;

-- name: by_run_id
-- One run.
AND r.run_id = :run_id;

-- name: by_window
-- Runs in a range of ids.
AND r.run_id >= :low AND r.run_id < :high;

-- name: by_state
-- Runs in a state.
AND r.state = :state;

-- name: by_job
-- Runs of a job.
AND r.job = :job;

-- name: by_queue
-- Runs in a queue.
AND l.queue = :queue;

-- name: by_since_at
-- Runs that were created then or later.
AND r.created_at >= :since_at;

-- name: by_until_at
-- Runs that were created before then.
AND r.created_at < :until_at;

-- name: by_exit_code
-- Runs that ended with an exit code.
AND r.exit_code = :exit_code;

-- name: by_correlation_id
-- Runs with a correlation id.
AND r.correlation_id = :correlation_id;

-- name: with_nominal
-- Runs that stand for a nominal time.
AND r.scheduled_for IS NOT NULL;

-- name: newest_first
-- The newest first, so many.
ORDER BY r.run_id DESC LIMIT :limit;

-- name: newest_nominal_first
-- The newest nominal time first, so many.
ORDER BY r.scheduled_for DESC LIMIT :limit;

-- name: oldest_start_first
-- In the order of their start.
ORDER BY r.started_at, r.run_id;

-- name: soonest_due_first
-- What is due first, so many.
ORDER BY r.due_at, r.run_id LIMIT :limit;

-- name: newest_below
-- The newest run below an id.
SELECT max(run_id) AS run_id FROM runs WHERE run_id < :high;

-- name: created_from
-- The first run from an id on, and when it was created.
SELECT run_id, created_at FROM runs WHERE run_id >= :run_id ORDER BY run_id LIMIT 1;

-- name: created_first
-- When the oldest run that is kept was created.
SELECT created_at FROM runs ORDER BY run_id LIMIT 1;

-- name: lanes_of_queue
-- The lanes of a queue, or those of them that runs of one job may be in.
SELECT lane_id FROM lanes WHERE queue = :queue AND (:job IS NULL OR job IN (:job, ''));
