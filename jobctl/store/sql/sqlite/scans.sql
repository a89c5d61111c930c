-- name: correlation_id
-- Runs with a correlation id in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_correlation
WHERE correlation_id = :correlation_id AND correlation_id IS NOT NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: ended
-- Runs of a job that have ended in a state in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_finished
WHERE job = :job AND state = :state AND finished_at IS NOT NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: exit_code
-- Runs by an exit code that is not 0 in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_exit_code
WHERE exit_code = :exit_code AND exit_code <> 0 AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: job
-- Runs of a job in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_job WHERE job = :job AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: key
-- Runs with a key in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_key WHERE key = :key AND key IS NOT NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: lane
-- Runs in a lane in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_lane WHERE lane_id = :lane_id AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: live
-- Runs of a job that wait or run in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_live
WHERE job = :job AND state = :state AND finished_at IS NULL AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: running
-- Runs that run in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_running WHERE state = 'running' AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: unlucky
-- Runs that have ended in a state other than succeeded in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_unlucky
WHERE state = :state AND finished_at IS NOT NULL AND state <> 'succeeded' AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;

-- name: waiting
-- Runs that wait in a range of ids, newest first, so many.
-- only here: the index is named, along which it goes.
SELECT run_id FROM runs INDEXED BY runs_waiting WHERE state = 'waiting' AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk;
