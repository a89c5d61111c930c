-- Of the oldest daemons those that have ended before an instant and hold no run.
SELECT daemon_id FROM (SELECT daemon_id, state, seen_at FROM daemons ORDER BY daemon_id LIMIT :most) d
WHERE state = 'stopped' AND seen_at < :before
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.state = 'running' AND r.daemon_id = d.daemon_id)
