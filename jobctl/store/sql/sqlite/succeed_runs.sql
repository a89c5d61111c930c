-- Write the end of attempts that began and ended in the same milliseconds and left no result, through their fence.
UPDATE runs SET state = 'succeeded', ready = 0, result = NULL, started_at = ?1, finished_at = ?2,
    unique_until = CASE WHEN key IS NOT NULL AND unique_for > 0 THEN ?2 + unique_for END
WHERE run_id IN (SELECT value FROM json_each(?4)) AND claims = ?3 AND state = 'running'
