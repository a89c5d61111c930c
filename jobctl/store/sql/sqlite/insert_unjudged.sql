-- A run whose overlap is judged when it is due.
INSERT INTO unjudged (run_id, due_at, overlap) VALUES (?, ?, ?)
