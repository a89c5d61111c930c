-- name: place
-- What places a run among the others.
SELECT job, lane_id, ready, priority, due_at, daemon_id, expires_at, stop, key, unique_until
FROM runs WHERE run_id = :run_id;

-- name: before
-- How many ready runs of all lanes are claimed before the given one, so many at most.
SELECT count(*) AS runs FROM (
    SELECT 1 FROM runs WHERE state = 'waiting' AND ready = 1 AND run_id <> :run_id
        AND (priority > :priority OR (priority = :priority AND (due_at, run_id) < (:due_at, :run_id)))
    LIMIT :most) AS those;

-- name: before_in_lane
-- How many ready runs of a lane are claimed before the given one, so many at most.
SELECT count(*) AS runs FROM (
    SELECT 1 FROM runs WHERE state = 'waiting' AND ready = 1 AND lane_id = :lane_id AND run_id <> :run_id
        AND (priority > :priority OR (priority = :priority AND (due_at, run_id) < (:due_at, :run_id)))
    LIMIT :most) AS those;
