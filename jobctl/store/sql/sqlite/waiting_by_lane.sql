-- Runs by lane that keep a daemon from being idle: due, or waiting for a retry.
SELECT DISTINCT lane_id FROM runs WHERE state = 'waiting' AND ready = 0 AND (due_at <= ? OR reason = 'retry')
