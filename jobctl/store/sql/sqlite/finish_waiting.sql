-- End a run that waits.
UPDATE runs SET state = ?1, reason = ?2, finished_at = ?3,
    unique_until = CASE WHEN key IS NOT NULL AND unique_for > 0 THEN ?3 + unique_for END
WHERE run_id = ?4 AND state = 'waiting'
