-- The ready runs that come first of all; abs() hides a value whose every change would have it prepared anew.
SELECT lane_id, run_id, priority, coalesce(due_at, 0), job FROM runs WHERE state = 'waiting' AND ready = 1
ORDER BY priority DESC, due_at, run_id LIMIT abs(?)
