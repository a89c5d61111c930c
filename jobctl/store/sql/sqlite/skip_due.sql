-- Skip a run that may not start beside others; it holds its key no longer, as one that is skipped at once.
UPDATE runs SET state = 'skipped', reason = 'overlap', finished_at = ? WHERE run_id = ? AND state = 'waiting'
