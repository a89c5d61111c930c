-- Make ready what has become due.
UPDATE runs SET ready = 1 WHERE run_id IN (
    SELECT run_id FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at <= ? ORDER BY due_at LIMIT 5000)
