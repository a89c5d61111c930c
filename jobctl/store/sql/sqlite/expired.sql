-- Waiting runs whose deadline has come.
SELECT r.run_id, r.job, l.queue FROM runs r JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.state = 'waiting' AND r.expires_at IS NOT NULL AND r.expires_at <= ?
ORDER BY r.expires_at LIMIT 1000
