-- Write the end of a run's attempt that succeeded and left nothing but a result, through its fence.
UPDATE runs SET state = 'succeeded', ready = 0, result = ?1, started_at = ?2, finished_at = ?3,
    unique_until = CASE WHEN key IS NOT NULL AND unique_for > 0 THEN ?3 + unique_for END
WHERE run_id = ?4 AND claims = ?5 AND state = 'running'
