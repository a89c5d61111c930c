-- Ask for a running run to be stopped; an operator's word is the last.
UPDATE runs SET stop = ? WHERE run_id = ? AND state = 'running' AND (stop IS NULL OR stop = 'replaced')
