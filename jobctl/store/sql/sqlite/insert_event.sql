-- Tell a step in a run's life.
INSERT INTO events (run_id, at, verb, from_state, to_state, reason, actor) VALUES (?, ?, ?, ?, ?, ?, ?)
