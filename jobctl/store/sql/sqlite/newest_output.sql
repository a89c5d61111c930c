-- The newest attempt whose output is kept in its row.
SELECT max(number) FROM attempts WHERE run_id = ? AND output IS NOT NULL
