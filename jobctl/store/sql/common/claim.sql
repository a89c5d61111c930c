-- name: ready_run
-- One run as a candidate, if it is ready.
SELECT lane_id, run_id, priority, coalesce(due_at, 0) AS due_at, job
FROM runs WHERE run_id = :run_id AND state = 'waiting' AND ready = 1;

-- name: lane_runs
-- The ready runs of a lane in the order of claiming.
SELECT lane_id, run_id, priority, coalesce(due_at, 0) AS due_at, job
FROM runs WHERE state = 'waiting' AND ready = 1 AND lane_id = :lane_id
ORDER BY priority DESC, runs.due_at, run_id;

-- name: running_lanes
-- What is in flight, by lane and name.
SELECT lane_id, job, count(*) AS runs FROM runs WHERE state = 'running' GROUP BY lane_id, job;

-- name: buckets
-- The token buckets.
SELECT kind, name, tokens, filled_at FROM buckets;

-- name: fill_bucket
-- Keep a token bucket.
INSERT INTO buckets (kind, name, tokens, filled_at) VALUES (:kind, :name, :tokens, :filled_at)
ON CONFLICT (kind, name) DO UPDATE SET tokens = excluded.tokens, filled_at = excluded.filled_at;

-- name: keep_for
-- A waiting run belongs to one daemon, which will come for it.
UPDATE runs SET daemon_id = :daemon_id WHERE run_id = :run_id AND state = 'waiting';
