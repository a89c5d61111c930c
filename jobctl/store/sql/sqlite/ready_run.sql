-- One run as a candidate, if it is ready.
SELECT lane_id, run_id, priority, coalesce(due_at, 0), job FROM runs WHERE run_id = ? AND state = 'waiting' AND ready = 1
