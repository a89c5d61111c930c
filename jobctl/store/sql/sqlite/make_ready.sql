-- A run that has become due may start.
UPDATE runs SET ready = 1 WHERE run_id = ? AND state = 'waiting'
