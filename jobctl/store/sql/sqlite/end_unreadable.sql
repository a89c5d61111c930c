-- End a run that nobody can claim.
UPDATE runs SET state = 'failed', reason = 'unreadable', error = ?1, finished_at = ?2, daemon_id = NULL
WHERE run_id = ?3 AND state IN ('waiting', 'running')
