-- name: unjudged
-- Runs that have become due and whose overlap is to be judged, in the order in which they are due; which still wait.
SELECT u.run_id, u.overlap, r.job, coalesce(l.queue, 'default') AS queue, r.created_by,
    r.state = 'waiting' AND r.ready = 0 AND r.claims = 0 AS waits
FROM unjudged u JOIN runs r ON r.run_id = u.run_id LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE u.due_at <= :now ORDER BY u.due_at, u.run_id LIMIT 1000;

-- name: judged
-- The overlap of a run is judged.
DELETE FROM unjudged WHERE run_id = :run_id;

-- name: first_unjudged
-- When the next run is due whose overlap is to be judged then.
SELECT min(due_at) AS due_at FROM unjudged;

-- name: make_ready
-- A run that has become due may start.
UPDATE runs SET ready = 1 WHERE run_id = :run_id AND state = 'waiting';
