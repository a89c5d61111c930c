-- Of the given jobs, the oldest run that has begun and waits for its retry.
SELECT j.value, min(r.run_id) FROM json_each(?) j
CROSS JOIN runs r ON r.job = j.value AND r.state = 'waiting' AND r.ready IN (0, 1) AND r.claims > 0 AND r.finished_at IS NULL
GROUP BY j.value
