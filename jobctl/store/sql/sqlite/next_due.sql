-- When the next delayed run is due.
SELECT min(due_at) FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at IS NOT NULL
