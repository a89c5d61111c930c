-- Record the process of a claim.
UPDATE attempts SET pid = ?1, pid_started = ?2, started_at = ?3
WHERE run_id = ?4 AND number = ?5
    AND EXISTS (SELECT 1 FROM runs WHERE run_id = ?4 AND claims = ?5 AND state = 'running')
