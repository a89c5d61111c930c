-- The steps of a run that were told.
SELECT at, verb, from_state, to_state, reason, actor FROM events WHERE run_id = ? ORDER BY event_id
