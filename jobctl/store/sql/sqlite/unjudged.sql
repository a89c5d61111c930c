-- Runs that have become due and whose overlap is to be judged, in the order in which they are due; which of them still wait.
SELECT u.run_id, u.overlap, r.job, coalesce(l.queue, 'default'), r.created_by, r.state = 'waiting' AND r.ready = 0 AND r.claims = 0
FROM unjudged u JOIN runs r ON r.run_id = u.run_id LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE u.due_at <= ? ORDER BY u.due_at, u.run_id LIMIT 1000
