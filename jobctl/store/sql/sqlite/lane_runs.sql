-- The ready runs of a lane in the order of claiming.
SELECT lane_id, run_id, priority, coalesce(due_at, 0), job FROM runs WHERE state = 'waiting' AND ready = 1 AND lane_id = ?
ORDER BY priority DESC, due_at, run_id
