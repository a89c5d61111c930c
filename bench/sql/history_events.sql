-- What became of those of the runs :first to :last that were cancelled or skipped.
INSERT INTO events (run_id, at, verb, from_state, to_state, reason, actor)
SELECT run_id, finished_at, iif(state = 'skipped', 'enqueue', 'cancel'),
    CASE WHEN state = 'cancelled' THEN iif(claims > 0, 'running', 'waiting') END, state, reason, 'bench'
FROM runs WHERE run_id BETWEEN :first AND :last AND state IN ('cancelled', 'skipped')
