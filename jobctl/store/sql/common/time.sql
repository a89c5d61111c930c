-- name: coming
-- What time will change next: the next delayed run, the next expiry, the next end of a pause.
SELECT (SELECT min(due_at) FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at IS NOT NULL) AS due_at,
    (SELECT min(expires_at) FROM runs WHERE state = 'waiting' AND expires_at IS NOT NULL) AS expires_at,
    (SELECT min(until_at) FROM pauses WHERE until_at IS NOT NULL) AS until_at;

-- name: expired
-- Waiting runs whose deadline has come.
SELECT r.run_id, r.job, coalesce(l.queue, 'default') AS queue FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.state = 'waiting' AND r.expires_at IS NOT NULL AND r.expires_at <= :now
ORDER BY r.expires_at LIMIT 1000;

-- name: promote
-- Make ready what has become due.
UPDATE runs SET ready = 1 WHERE run_id IN (
    SELECT run_id FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at <= :now ORDER BY due_at LIMIT 5000);

-- name: abandoned
-- Runs of a queue that wait for a process of their own which is gone.
SELECT r.run_id, r.job, l.queue FROM lanes l JOIN runs r ON r.lane_id = l.lane_id AND r.state = 'waiting'
LEFT JOIN daemons d ON d.daemon_id = r.daemon_id
WHERE l.queue = :queue AND (d.daemon_id IS NULL OR d.state = 'stopped' OR d.foreground = 0);
