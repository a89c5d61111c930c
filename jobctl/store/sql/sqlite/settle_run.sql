-- Write the end of a run's attempt, through its fence.
UPDATE runs SET state = ?, reason = ?, ready = ?, due_at = coalesce(?, due_at), failures = ?, losses = ?, exit_code = ?,
    signal = ?, error = ?, result = ?, started_at = ?, finished_at = ?, unique_until = ?, stop = NULL
WHERE run_id = ? AND claims = ? AND state = 'running'
