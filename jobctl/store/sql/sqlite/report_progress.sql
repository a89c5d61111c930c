-- Record how far a run says it is.
UPDATE runs SET percent = ?, progress_message = ? WHERE run_id = ? AND claims = ? AND state = 'running'
