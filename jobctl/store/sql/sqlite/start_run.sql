-- Record when a claim's process began.
UPDATE runs SET started_at = ? WHERE run_id = ? AND claims = ? AND state = 'running'
