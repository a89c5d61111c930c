-- Waiting runs whose deadline has come.
SELECT r.run_id, r.job, coalesce(l.queue, 'default') FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.state = 'waiting' AND r.expires_at IS NOT NULL AND r.expires_at <= ?
ORDER BY r.expires_at LIMIT 1000
