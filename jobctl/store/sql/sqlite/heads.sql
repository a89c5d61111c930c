-- The first ready run of each lane; for a lane without overlap also the job's oldest run that waits for a retry.
WITH RECURSIVE lane (lane_id) AS (
    SELECT min(lane_id) FROM runs WHERE state = 'waiting'
    UNION ALL
    SELECT (SELECT min(r.lane_id) FROM runs r WHERE r.state = 'waiting' AND r.lane_id > lane.lane_id)
    FROM lane WHERE lane.lane_id IS NOT NULL
)
SELECT head.lane_id, head.run_id, head.priority, coalesce(head.due_at, 0), head.job,
    CASE WHEN l.exclusive = 1 THEN
        (SELECT min(u.run_id) FROM runs u INDEXED BY runs_live
         WHERE u.job = l.job AND u.state = 'waiting' AND u.ready IN (0, 1) AND u.claims > 0 AND u.finished_at IS NULL)
    END
FROM lane
LEFT JOIN lanes l ON l.lane_id = lane.lane_id
CROSS JOIN runs head ON head.run_id = (
    SELECT r.run_id FROM runs r WHERE r.state = 'waiting' AND r.ready = 1 AND r.lane_id = lane.lane_id
    ORDER BY r.priority DESC, r.due_at, r.run_id LIMIT 1)
